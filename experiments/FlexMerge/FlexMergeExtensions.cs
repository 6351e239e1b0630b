using ResearchKit.Cli;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>The experiments of FlexMerge (arXiv:2505.23209).</summary>
internal static class FlexMergeExtensions
{
    public static ResearchKitAppBuilder AddFlexMerge(this ResearchKitAppBuilder builder) =>
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
