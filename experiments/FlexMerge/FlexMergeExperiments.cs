using ResearchKit.Cli;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>The experiments of the FlexMerge paper.</summary>
internal static class FlexMergeExperiments
{
    internal static ResearchKitAppBuilder AddFlexMerge(this ResearchKitAppBuilder builder) =>
        builder.AddExperiments(experiments =>
            experiments
                .Add<AccuracyVsSize>()
                .Add<RankingVsSize>()
                .Add<SimilarityFunction>()
                .Add<MergeOrderAblation>()
                .Add<GranularityAblation>()
                .Add<ChannelAndCluster>()
                .Add<TaskCount>()
                .Add<PublishedIndividual>()
                .Add<StorageControls>()
                .Add<MergeTime>()
        );
}
