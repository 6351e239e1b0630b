using ResearchKit.Cli;

namespace ResearchKit.Papers.Fens;

/// <summary>The experiments of the FENS paper.</summary>
internal static class FensExperiments
{
    internal static ResearchKitAppBuilder AddFens(this ResearchKitAppBuilder builder) =>
        builder.AddExperiments(experiments =>
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
                .Add<Traffic>()
        );
}
