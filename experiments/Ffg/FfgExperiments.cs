using ResearchKit.Experiments;

namespace ResearchKit.Papers.Ffg;

/// <summary>The experiments of the FFG paper, in one place.</summary>
internal static class FfgExperiments
{
    public static void AddTo(ExperimentRegistry experiments) =>
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
            .Add<Comparison>()
            .Add<WebScale>();
}
