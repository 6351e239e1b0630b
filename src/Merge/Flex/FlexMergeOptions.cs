namespace ResearchKit.Merge;

/// <summary>How a plan is made; the defaults are the paper's.</summary>
public sealed record FlexMergeOptions
{
    /// <summary>The similarity of groups.</summary>
    public GroupSimilarity Similarity { get; init; } = GroupSimilarity.Minimum;

    /// <summary>The order.</summary>
    public MergeOrder Order { get; init; } = MergeOrder.Greedy;

    /// <summary>What is compared. The authors' left-right and right-left orders compare merged vectors whatever is said here.</summary>
    public ComparedVectors Compared { get; init; } = ComparedVectors.Members;

    /// <summary>The measure.</summary>
    public SimilarityMeasure Measure { get; init; } = SimilarityMeasure.Cosine;

    /// <summary>The seed of the random orders.</summary>
    public int Seed { get; init; } = 43;
}
