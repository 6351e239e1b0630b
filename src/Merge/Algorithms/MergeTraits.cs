namespace ResearchKit.Merge;

/// <summary>What a merging algorithm needs and gives.</summary>
public sealed record MergeTraits
{
    /// <summary>Whether it stores a mask for each task of a group, which costs one bit a parameter; groups below three are then kept apart.</summary>
    public bool StoresMasks { get; init; }

    /// <summary>Whether the greedy order compares the vectors after <see cref="IMergeAlgorithm.Prepare"/>, as for TIES and DARE.</summary>
    public bool SelectsPrepared { get; init; }

    /// <summary>Whether the result of a part of a block is the part of the block's result, so that blocks need not fit in memory.</summary>
    public bool IsElementwise { get; init; }

    /// <summary>Whether it was given statistics of the tasks' data: no longer data-free, and to be shown apart.</summary>
    public bool NeedsData { get; init; }

    /// <summary>The largest group it can merge, or null.</summary>
    public int? MaximumGroup { get; init; }

    /// <summary>Copies of a group's vectors that it holds besides the vectors themselves, for the memory check.</summary>
    public int WorkingCopies { get; init; } = 1;

    /// <summary>The smallest group that is merged; smaller ones keep their own blocks.</summary>
    public int MinimumGroup => StoresMasks ? 3 : 2;
}
