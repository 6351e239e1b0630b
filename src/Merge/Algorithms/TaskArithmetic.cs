namespace ResearchKit.Merge;

/// <summary>What the factor of task arithmetic multiplies.</summary>
public enum VectorScale
{
    /// <summary>The mean: the meaning does not change with the size of a group (arXiv:2505.23209).</summary>
    Mean,

    /// <summary>The sum, as in the original (Ilharco et al., arXiv:2212.04089).</summary>
    Sum,
}

/// <summary>Task arithmetic: a factor times the mean, or the sum, of the task vectors (Ilharco et al., arXiv:2212.04089; with the mean in arXiv:2505.23209).</summary>
/// <param name="Lambda">The factor; the authors' scripts use 1.5 on the mean for vision, the original 0.3 on the sum of eight.</param>
/// <param name="Scale">What it multiplies.</param>
public sealed record TaskArithmetic(double Lambda = 1.5, VectorScale Scale = VectorScale.Mean) : IMergeAlgorithm
{
    /// <summary>The factor; finite.</summary>
    public double Lambda { get; } = Range.Finite(Lambda, nameof(Lambda));

    /// <inheritdoc/>
    public string Name => "task-arithmetic";

    /// <inheritdoc/>
    public MergeTraits Traits { get; } = new() { IsElementwise = true };

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        return new MergedBlock(Averaging.Mean(group, Scale == VectorScale.Mean ? Lambda : Lambda * group.Count));
    }
}
