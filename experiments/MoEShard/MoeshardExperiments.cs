using ResearchKit.Cli;

namespace ResearchKit.Papers.MoEShard;

/// <summary>The experiments of the MoEShard paper.</summary>
internal static class MoeshardExperiments
{
    internal static ResearchKitAppBuilder AddMoEShard(this ResearchKitAppBuilder builder) =>
        builder.AddExperiments(experiments =>
            experiments.Add<ByExperts>().Add<ByBatch>().Add<BySkew>().Add<ByHotExperts>().Add<Exactness>()
        );
}
