using System.Numerics.Tensors;

namespace ResearchKit.Merge;

/// <summary>Model Stock (Jang et al., arXiv:2403.19522): the mean, drawn towards the base by how much the task vectors point apart, tensor by tensor.</summary>
public sealed record ModelStock : IMergeAlgorithm
{
    /// <inheritdoc/>
    public string Name => "model-stock";

    /// <inheritdoc/>
    public MergeTraits Traits { get; } = new();

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        float[] mean = Averaging.Mean(group, 1);
        foreach (BlockTensor tensor in group.Block.Tensors.Where(tensor => tensor.Length > 0))
        {
            double sum = 0;
            int pairs = 0;
            for (int i = 0; i < group.Count; i++)
            {
                for (int j = i + 1; j < group.Count; j++, pairs++)
                {
                    ReadOnlySpan<float> a = group[i].Slice(tensor.Offset, tensor.Length);
                    ReadOnlySpan<float> b = group[j].Slice(tensor.Offset, tensor.Length);
                    double norms = (double)TensorPrimitives.Norm(a) * TensorPrimitives.Norm(b);
                    sum += norms == 0 ? 0 : TensorPrimitives.Dot(a, b) / norms;
                }
            }
            double cosine = pairs == 0 ? 1 : sum / pairs;
            double denominator = 1 + ((group.Count - 1) * cosine);
            double share = denominator <= 0 ? 0 : group.Count * cosine / denominator;
            Span<float> part = mean.AsSpan(tensor.Offset, tensor.Length);
            TensorPrimitives.Multiply(part, (float)share, part);
        }
        return new MergedBlock(mean);
    }
}
