using System.Numerics.Tensors;

namespace ResearchKit.Merge;

/// <summary>The mean of the task vectors, which is the mean of the weights.</summary>
public sealed record Averaging : IMergeAlgorithm
{
    /// <inheritdoc/>
    public string Name => "average";

    /// <inheritdoc/>
    public MergeTraits Traits { get; } = new() { IsElementwise = true };

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken cancellationToken) => new(Mean(group, 1));

    /// <summary>The mean times a factor: the sum in the order of the tasks, then one multiplication.</summary>
    internal static float[] Mean(TaskGroup group, double factor)
    {
        ArgumentNullException.ThrowIfNull(group);
        float[] sum = Sum(group);
        TensorPrimitives.Multiply(sum, (float)(factor / group.Count), sum);
        return sum;
    }

    internal static float[] Sum(TaskGroup group)
    {
        float[] sum = new float[group.Length];
        Tiles.Visit(
            group.Length,
            (from, count) =>
            {
                Span<float> to = sum.AsSpan(from, count);
                group[0].Slice(from, count).CopyTo(to);
                for (int i = 1; i < group.Count; i++)
                {
                    TensorPrimitives.Add(to, group[i].Slice(from, count), to);
                }
            }
        );
        return sum;
    }
}
