using System.Numerics.Tensors;

namespace ResearchKit.Merge;

/// <summary>What is done with the scale of values that are kept.</summary>
public enum SparseRescale
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The sum of magnitudes stays what it was.</summary>
    L1,

    /// <summary>The Euclidean norm stays what it was.</summary>
    L2,

    /// <summary>The largest magnitude stays what it was.</summary>
    Maximum,
}

/// <summary>
/// Which values of a tensor are kept, by magnitude: floor(d density) of them, the largest; with <paramref name="Outliers"/> above zero, first the floor(d gamma) largest are dropped
/// (Model Breadcrumbs, Davari and Belilovsky, arXiv:2312.06795), and correspondingly fewer of the smallest.
/// </summary>
/// <param name="Density">The share kept, in (0, 1].</param>
/// <param name="Outliers">Gamma, the share of the largest that are dropped, in [0, 1).</param>
/// <param name="Rescale">What is done with the scale.</param>
public sealed record Sparsification(double Density, double Outliers = 0, SparseRescale Rescale = SparseRescale.None)
{
    /// <summary>The share kept, in (0, 1].</summary>
    public double Density { get; } = Range.Share(Density, nameof(Density));

    /// <summary>Gamma, in [0, 1).</summary>
    public double Outliers { get; } = Range.Probability(Outliers, nameof(Outliers));

    /// <summary>Sparsifies a tensor in place. Of equal magnitudes at an edge all are kept.</summary>
    public void Apply(Span<float> values)
    {
        (float low, float high, float scale) = Bounds(values);
        MagnitudeTrimming.Keep(values, low, high);
        TensorPrimitives.Multiply(values, scale, values);
    }

    internal (float Low, float High, float Scale) Bounds(ReadOnlySpan<float> values)
    {
        int count = values.Length;
        int kept = (int)(Density * count);
        int top = (int)(Outliers * count);
        int bottom = count - kept - top;
        if (bottom < 0)
        {
            (top, bottom) = (top + bottom, 0);
        }
        if (kept == 0 || count == 0)
        {
            return (float.PositiveInfinity, float.PositiveInfinity, 1);
        }
        float low = OrderedBits.SelectMagnitude(values, bottom);
        float high = OrderedBits.SelectMagnitude(values, count - top - 1);
        return (low, high, Scale(values, low, high));
    }

    private float Scale(ReadOnlySpan<float> values, float low, float high)
    {
        if (Rescale == SparseRescale.None)
        {
            return 1;
        }
        float[] sparse = values.ToArray();
        MagnitudeTrimming.Keep(sparse, low, high);
        (double before, double after) = Rescale switch
        {
            SparseRescale.L1 => (TensorPrimitives.SumOfMagnitudes(values), TensorPrimitives.SumOfMagnitudes<float>(sparse)),
            SparseRescale.L2 => (TensorPrimitives.Norm(values), TensorPrimitives.Norm<float>(sparse)),
            SparseRescale.Maximum => (
                MathF.Abs(TensorPrimitives.MaxMagnitude(values)),
                MathF.Abs(TensorPrimitives.MaxMagnitude<float>(sparse))
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(values), Rescale, "None, L1, L2 and Maximum are known."),
        };
        return after == 0 ? 1 : (float)(before / after);
    }
}
