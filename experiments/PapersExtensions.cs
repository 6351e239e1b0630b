using ResearchKit.Cli;
using ResearchKit.Papers.Ffg;
using ResearchKit.Papers.Proximity;
using ResearchKit.Papers.RagRoute;
using ResearchKit.Papers.Verbs;

namespace ResearchKit.Papers;

/// <summary>Adds the papers to an application.</summary>
public static class PapersExtensions
{
    /// <summary>Adds the experiments of all papers, and a root verb for each module.</summary>
    /// <param name="builder">The application.</param>
    public static ResearchKitAppBuilder AddPapers(this ResearchKitAppBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .AddExperiments(experiments => experiments.Add<StrengthRealGraphs>().Add<RobustnessFlips>())
            .AddExperiments(experiments =>
                experiments.Add<MmluHitRate>().Add<MedRagTradeoff>().Add<ZipfLsh>().Add<LookupTime>().Add<LatencyModel>()
            )
            .AddExperiments(experiments =>
                experiments
                    .Add<PublishedRuns>()
                    .Add<MirageRouting>()
                    .Add<Feb4RagRouting>()
                    .Add<ClusterRouting>()
                    .Add<RealSourcesRouting>()
                    .Add<EndToEnd>()
            )
            .AddVerb(new WatermarkVerb())
            .AddVerb(new RagVerb());
    }
}
