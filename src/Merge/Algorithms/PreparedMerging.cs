namespace ResearchKit.Merge;

/// <summary>
/// Sparsifies each task vector tensor by tensor, then merges by another algorithm: Model Breadcrumbs with outliers dropped, magnitude pruning without.
/// </summary>
/// <param name="Inner">The algorithm that merges.</param>
/// <param name="Rules">What is kept.</param>
public sealed record SparsifiedMerging(IMergeAlgorithm Inner, Sparsification Rules) : IMergeAlgorithm
{
    /// <inheritdoc/>
    public string Name => $"{(Rules.Outliers > 0 ? "breadcrumbs" : "magnitude")}+{Inner.Name}";

    /// <inheritdoc/>
    public MergeTraits Traits => Inner.Traits with { SelectsPrepared = true, WorkingCopies = Inner.Traits.WorkingCopies + 1 };

    /// <inheritdoc/>
    public IPreparation? Prepare(ITaskVectorSource tasks, CancellationToken cancellationToken)
    {
        IPreparation own = MagnitudeTrimming.OfTensors(tasks, Rules, cancellationToken);
        return ChainedPreparation.Of(own, Inner.Prepare(new PreparedSource(tasks, own), cancellationToken));
    }

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken cancellationToken) =>
        Inner.Merge(group, (preparation as ChainedPreparation)?.Inner, cancellationToken);
}

/// <summary>
/// DARE (Yu et al., arXiv:2311.03099): drops each value with probability p and scales the others by 1/(1-p), then merges by another algorithm. The draws come from a
/// stream of the task and the tensor, so they do not depend on the order or on the blocks.
/// </summary>
/// <param name="Inner">The algorithm that merges.</param>
/// <param name="DropRate">p, in [0, 1); default 0.9.</param>
/// <param name="Seed">The seed.</param>
public sealed record DareMerging(IMergeAlgorithm Inner, double DropRate = 0.9, int Seed = 27) : IMergeAlgorithm
{
    /// <summary>p, in [0, 1).</summary>
    public double DropRate { get; } = Range.Probability(DropRate, nameof(DropRate));

    /// <inheritdoc/>
    public string Name => $"dare+{Inner.Name}";

    /// <inheritdoc/>
    public MergeTraits Traits => Inner.Traits with { SelectsPrepared = true, WorkingCopies = Inner.Traits.WorkingCopies + 1 };

    /// <inheritdoc/>
    public IPreparation? Prepare(ITaskVectorSource tasks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        DarePreparation own = new(tasks.Tasks, DropRate, Seed);
        return ChainedPreparation.Of(own, Inner.Prepare(new PreparedSource(tasks, own), cancellationToken));
    }

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken cancellationToken) =>
        Inner.Merge(group, (preparation as ChainedPreparation)?.Inner, cancellationToken);
}
