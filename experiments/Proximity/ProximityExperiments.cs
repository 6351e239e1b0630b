using ResearchKit.Cli;

namespace ResearchKit.Papers.Proximity;

/// <summary>The experiments of the Proximity paper.</summary>
internal static class ProximityExperiments
{
    internal static ResearchKitAppBuilder AddProximity(this ResearchKitAppBuilder builder) =>
        builder.AddExperiments(experiments =>
            experiments
                .Add<MmluHitRate>()
                .Add<MedRagTradeoff>()
                .Add<ZipfLsh>()
                .Add<LookupTime>()
                .Add<LatencyModel>()
                .Add<PromisedTolerance>()
        );
}
