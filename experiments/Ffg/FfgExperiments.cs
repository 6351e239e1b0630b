using ResearchKit.Cli;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Ffg;

/// <summary>The experiments of the FFG paper.</summary>
internal static class FfgExperiments
{
    internal static ResearchKitAppBuilder AddFfg(this ResearchKitAppBuilder builder) =>
        builder.AddExperiments(experiments =>
            experiments
                .Add<TimeVsSize>()
                .Add<StrengthDistortion>()
                .Add<StrengthRealGraphs>()
                .Add<RobustnessFlips>()
                .Add<RobustnessDeletions>()
                .Add<BlindDetection>()
                .Add<Uniqueness>()
                .Add<CollusionResistance>()
                .Add<ShuffledIds>()
                .Add(() => new Comparison(builder.Systems<WatermarkScheme>()))
                .Add<WebScale>()
        );
}
