using System.Numerics.Tensors;

namespace ResearchKit.Merge;

/// <summary>What spherical interpolation turns.</summary>
public enum SlerpOn
{
    /// <summary>The weights themselves, as mergekit's slerp.</summary>
    Weights,

    /// <summary>The task vectors, as mergekit's nuslerp.</summary>
    TaskVectors,

    /// <summary>The task vectors, each row of a tensor by itself.</summary>
    TaskVectorRows,
}

/// <summary>Spherical linear interpolation between two models (Shoemake 1985; as mergekit has it), tensor by tensor; nearly parallel vectors are interpolated linearly.</summary>
/// <param name="Fraction">t, in [0, 1]: 0 is the first model; default 0.5.</param>
/// <param name="On">What is turned.</param>
public sealed record Slerp(double Fraction = 0.5, SlerpOn On = SlerpOn.Weights) : IMergeAlgorithm
{
    private const double Parallel = 0.9995;

    /// <summary>t, in [0, 1].</summary>
    public double Fraction { get; } = Range.Within(Fraction, 0, 1, nameof(Fraction));

    /// <inheritdoc/>
    public string Name => "slerp";

    /// <inheritdoc/>
    public MergeTraits Traits { get; } = new() { MaximumGroup = 2, WorkingCopies = 2 };

    /// <inheritdoc/>
    public MergedBlock Merge(TaskGroup group, IPreparation? preparation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (group.Count != 2)
        {
            throw new ArgumentException($"Slerp interpolates between 2 models; the group has {group.Count}.", nameof(group));
        }
        float[] result = new float[group.Length];
        foreach (BlockTensor tensor in group.Block.Tensors.Where(tensor => tensor.Length > 0))
        {
            int width = On == SlerpOn.TaskVectorRows && tensor.Shape.Count > 0 ? (int)tensor.Shape[^1] : tensor.Length;
            for (int from = tensor.Offset; from < tensor.Offset + tensor.Length; from += width)
            {
                Span<float> to = result.AsSpan(from, width);
                if (On == SlerpOn.Weights)
                {
                    ReadOnlySpan<float> start = group.Base.Slice(from, width);
                    float[] a = new float[width];
                    float[] b = new float[width];
                    TensorPrimitives.Add(start, group[0].Slice(from, width), a);
                    TensorPrimitives.Add(start, group[1].Slice(from, width), b);
                    Interpolate(a, b, to);
                    TensorPrimitives.Subtract(to, start, to);
                }
                else
                {
                    Interpolate(group[0].Slice(from, width), group[1].Slice(from, width), to);
                }
            }
        }
        return new MergedBlock(result);
    }

    private void Interpolate(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> to)
    {
        double norms = (double)TensorPrimitives.Norm(a) * TensorPrimitives.Norm(b);
        double cosine = norms == 0 ? 1 : Math.Clamp(TensorPrimitives.Dot(a, b) / norms, -1, 1);
        double angle = Math.Acos(cosine);
        double sine = Math.Sin(angle);
        bool linear = On == SlerpOn.Weights ? Math.Abs(cosine) > Parallel : Math.Abs(sine) < 1e-8;
        (double first, double second) = linear
            ? (1 - Fraction, Fraction)
            : (Math.Sin((1 - Fraction) * angle) / sine, Math.Sin(Fraction * angle) / sine);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = (float)((first * a[i]) + (second * b[i]));
        }
    }
}
