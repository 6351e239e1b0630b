namespace ResearchKit.Merge;

/// <summary>
/// TIES with a weight for each model, as mergekit has it: trimmed tensor by tensor to the floor(d K) largest, signs elected by the weighted sum (plus for zero), a weighted mean of what agrees.
/// </summary>
/// <param name="Weights">A weight for each task, in the order of the tasks.</param>
/// <param name="Density">K, in (0, 1].</param>
/// <param name="Lambda">The factor of the result.</param>
/// <param name="Normalize">Whether the sum of what agrees is divided by its weights.</param>
public sealed record WeightedTies(IReadOnlyList<double> Weights, double Density = 0.2, double Lambda = 1.0, bool Normalize = true)
    : IMergeAlgorithm
{
    /// <summary>The weights; finite.</summary>
    public IReadOnlyList<double> Weights { get; } =
        Weights.Count > 0 && Weights.All(double.IsFinite)
            ? Weights
            : throw new ArgumentException("A finite weight for each task is needed.", nameof(Weights));

    /// <summary>K, in (0, 1].</summary>
    public double Density { get; } = Range.Share(Density, nameof(Density));

    /// <inheritdoc/>
    public string Name => "ties-weighted";

    /// <inheritdoc/>
    public MergeTraits Traits { get; } = new() { SelectsPrepared = true };

    /// <inheritdoc/>
    public IPreparation? Prepare(ITaskVectorSource tasks, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return Weights.Count == tasks.Tasks.Count
            ? MagnitudeTrimming.OfTensors(tasks, new Sparsification(Density), ct)
            : throw new ArgumentException($"{Weights.Count} weights are given for {tasks.Tasks.Count} tasks.", nameof(tasks));
    }

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(group);
        float[] weights = [.. group.Tasks.Select(task => (float)Weights[task])];
        float[] result = new float[group.Length];
        for (int p = 0; p < result.Length; p++)
        {
            float total = 0;
            for (int task = 0; task < weights.Length; task++)
            {
                total += weights[task] * group[task][p];
            }
            float sign = total >= 0 ? 1 : -1;
            (float sum, float weight) = (0, 0);
            for (int task = 0; task < weights.Length; task++)
            {
                float value = weights[task] * group[task][p];
                if (MathF.Sign(value) == sign)
                {
                    (sum, weight) = (sum + value, weight + weights[task]);
                }
            }
            result[p] = (float)Lambda * (Normalize ? sum / (MathF.Abs(weight) < 1e-8f ? 1 : weight) : sum);
        }
        return new MergedBlock(result);
    }
}
