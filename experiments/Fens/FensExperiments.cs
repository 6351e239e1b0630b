using ResearchKit.Experiments;

namespace ResearchKit.Papers.Fens;

/// <summary>The experiments of the FENS paper.</summary>
internal static class FensExperiments
{
    /// <summary>Adds them.</summary>
    public static ExperimentRegistry AddFens(this ExperimentRegistry experiments) =>
        experiments
            .Add<HeartDisease>()
            .Add<LabelSkew>()
            .Add<LabelSkewTuning>()
            .Add<AggregatorComparison>()
            .Add<OneShotBaselines>()
            .Add<DistilledFens>()
            .Add<DataVolume>()
            .Add<AccuracyVsTraffic>()
            .Add<MultiRoundFedKd>()
            .Add<Traffic>();
}
