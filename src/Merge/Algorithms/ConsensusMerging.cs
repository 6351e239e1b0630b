namespace ResearchKit.Merge;

/// <summary>
/// Consensus with task masks (TALL masks, Wang et al., arXiv:2405.07813, as used in arXiv:2505.23209): one unified vector from another algorithm, and for each task a mask of where
/// its own value is large beside what the others changed: |tau_k| &gt; c |u - tau_k|.
/// </summary>
/// <param name="Inner">Gives the unified vector: task arithmetic or TIES.</param>
/// <param name="Threshold">c, 0 or more; default 0.3.</param>
public sealed record ConsensusMerging(IMergeAlgorithm Inner, double Threshold = 0.3) : IMergeAlgorithm
{
    /// <summary>c, 0 or more.</summary>
    public double Threshold { get; } = Range.Within(Threshold, 0, double.MaxValue, nameof(Threshold));

    /// <inheritdoc/>
    public string Name => $"consensus+{Inner.Name}";

    /// <inheritdoc/>
    public MergeTraits Traits => Inner.Traits with { StoresMasks = true, IsElementwise = false };

    /// <inheritdoc/>
    public IPreparation? Prepare(ITaskVectorSource tasks, CancellationToken cancellationToken) => Inner.Prepare(tasks, cancellationToken);

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        MergedBlock merged = Inner.Merge(group, preparation, cancellationToken);
        return merged with { Masks = Masks(group, merged.Unified, Threshold) };
    }

    internal static BitMask[] Masks(TaskGroup group, float[] unified, double threshold)
    {
        BitMask[] masks = [.. group.Tasks.Select(_ => new BitMask(group.Length))];
        Tiles.Visit(
            group.Length,
            (from, count) =>
            {
                for (int task = 0; task < group.Count; task++)
                {
                    SignMask.SetConsensus(masks[task], from, group[task].Slice(from, count), unified.AsSpan(from, count), (float)threshold);
                }
            }
        );
        return masks;
    }
}

/// <summary>
/// Consensus merging proper (Wang et al., arXiv:2405.07813): one model without masks, in which a parameter stays only where at least two tasks' masks are on. "Selfish" and "catastrophic" weights go.
/// </summary>
/// <param name="Inner">Gives the unified vector.</param>
/// <param name="Threshold">c, 0 or more; default 0.3.</param>
/// <param name="AtLeast">How many masks must be on; default 2.</param>
public sealed record ConsensusPruning(IMergeAlgorithm Inner, double Threshold = 0.3, int AtLeast = 2) : IMergeAlgorithm
{
    /// <summary>c, 0 or more.</summary>
    public double Threshold { get; } = Range.Within(Threshold, 0, double.MaxValue, nameof(Threshold));

    /// <summary>How many masks must be on, at least 1.</summary>
    public int AtLeast { get; } = (int)Range.Within(AtLeast, 1, int.MaxValue, nameof(AtLeast));

    /// <inheritdoc/>
    public string Name => $"consensus-pruned+{Inner.Name}";

    /// <inheritdoc/>
    public MergeTraits Traits => Inner.Traits with { IsElementwise = false };

    /// <inheritdoc/>
    public IPreparation? Prepare(ITaskVectorSource tasks, CancellationToken cancellationToken) => Inner.Prepare(tasks, cancellationToken);

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        MergedBlock merged = Inner.Merge(group, preparation, cancellationToken);
        BitMask[] masks = ConsensusMerging.Masks(group, merged.Unified, Threshold);
        for (int p = 0; p < group.Length; p++)
        {
            if (masks.Count(mask => mask[p]) < AtLeast)
            {
                merged.Unified[p] = 0;
            }
        }
        return merged;
    }
}
