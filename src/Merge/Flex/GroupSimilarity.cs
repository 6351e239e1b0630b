namespace ResearchKit.Merge;

/// <summary>
/// The similarity of two groups of tasks from those of their members (arXiv:2505.23209, section 3). The names say what is taken, not a linkage: taking the pair with the largest
/// minimum is what textbooks call complete linkage, and the authors' code calls single.
/// </summary>
public enum GroupSimilarity
{
    /// <summary>The smallest over all pairs of members: the paper's formula.</summary>
    Minimum,

    /// <summary>The mean over all pairs of members.</summary>
    Mean,

    /// <summary>The largest over all pairs of members.</summary>
    Maximum,
}

/// <summary>What is compared.</summary>
public enum ComparedVectors
{
    /// <summary>The tasks' own vectors, pair by pair.</summary>
    Members,

    /// <summary>The merged vectors of the groups.</summary>
    Merged,
}

/// <summary>How alike two vectors are.</summary>
public enum SimilarityMeasure
{
    /// <summary>Cosine: dot / (norm * norm + 1e-8).</summary>
    Cosine,

    /// <summary>Minus the Euclidean distance, over the square root of the length.</summary>
    Euclidean,

    /// <summary>The share of positions of equal sign; zero equals only zero.</summary>
    Sign,
}

/// <summary>In which order blocks are merged.</summary>
public enum MergeOrder
{
    /// <summary>The most similar pair of groups over all blocks: FlexMerge.</summary>
    Greedy,

    /// <summary>Block by block from the input, each completely.</summary>
    LeftRight,

    /// <summary>Block by block from the output, each completely.</summary>
    RightLeft,

    /// <summary>A random block, then two random groups of it.</summary>
    Random,

    /// <summary>As greedy over blocks, but two random groups of the block that is chosen: a control of this library's own.</summary>
    RandomPair,

    /// <summary>As greedy, by the similarity weighted with the share of the size that the merge frees: a control of this library's own.</summary>
    GreedyBySize,
}
