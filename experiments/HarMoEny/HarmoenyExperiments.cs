using ResearchKit.Cli;
using ResearchKit.Moe;

namespace ResearchKit.Papers.HarMoEny;

/// <summary>The experiments of the HarMoEny paper.</summary>
internal static class HarmoenyExperiments
{
    internal static ResearchKitAppBuilder AddHarMoEny(this ResearchKitAppBuilder builder) =>
        builder.AddExperiments(experiments =>
            experiments
                .Add(() => new ThroughputVsSkew(builder.Systems<ITokenScheduler>()))
                .Add(() => new PolicyAblation(builder.Systems<ITokenScheduler>()))
                .Add<QSweep>()
                .Add<DatasetBalance>()
                .Add<RandomSkew>()
                .Add<Breakdown>()
        );
}
