using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace ResearchKit.Numerics;

public sealed partial class ParameterVector
{
    /// <summary>Sets this vector to the weighted sum of vectors, taken in the order given. Nothing is allocated.</summary>
    /// <param name="vectors">The vectors; this one may be among them.</param>
    /// <param name="weights">A weight for each; they need not sum to 1. With <see cref="Accumulator.Single"/> each is rounded to float32 first.</param>
    /// <param name="accumulator">
    /// The precision of the sum. <see cref="Accumulator.Single"/> is <c>c = 0; c += w[i] * x[i]</c> in float32, bit for bit.
    /// </param>
    /// <exception cref="ArgumentException">There is no vector, the numbers of vectors and weights differ, a layout differs, or a weight is not finite.</exception>
    public void SetToWeightedSum(
        IReadOnlyList<ParameterVector> vectors,
        ReadOnlySpan<double> weights,
        Accumulator accumulator = Accumulator.Single
    )
    {
        Check(vectors);
        if (weights.Length != vectors.Count)
        {
            throw new ArgumentException($"{weights.Length} weights are given for {vectors.Count} vectors.", nameof(weights));
        }
        foreach (var weight in weights)
        {
            if (!double.IsFinite(weight))
            {
                throw new ArgumentException($"A weight is {weight}; allowed are finite numbers.", nameof(weights));
            }
        }
        if (accumulator == Accumulator.Single)
        {
            SumInSingle(vectors, weights);
        }
        else
        {
            SumInDouble(vectors, weights);
        }
    }

    /// <summary>
    /// Sets this vector to the mean of vectors: the sums are made in pairs (the first half and the second half, each in the same way), then divided by their
    /// number, so the error grows with the logarithm of it.
    /// </summary>
    /// <param name="vectors">The vectors; this one may be among them.</param>
    /// <exception cref="ArgumentException">There is no vector, or a layout differs.</exception>
    public void SetToMean(IReadOnlyList<ParameterVector> vectors)
    {
        Check(vectors);
        var depth = BitOperations.Log2((uint)vectors.Count) + 2;
        var buffer = ArrayPool<float>.Shared.Rent(depth * Block);
        try
        {
            for (var start = 0; start < Length; start += Block)
            {
                var sum = buffer.AsSpan(0, Math.Min(Block, Length - start));
                SumInPairs(vectors, 0, vectors.Count, start, sum, buffer.AsSpan(Block));
                TensorPrimitives.Divide(sum, vectors.Count, _values.AsSpan(start, sum.Length));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    private static void SumInPairs(
        IReadOnlyList<ParameterVector> vectors,
        int from,
        int count,
        int start,
        Span<float> sum,
        Span<float> rest
    )
    {
        if (count == 1)
        {
            vectors[from]._values.AsSpan(start, sum.Length).CopyTo(sum);
            return;
        }
        var half = (count + 1) / 2;
        SumInPairs(vectors, from, half, start, sum, rest);
        if (count - half == 1)
        {
            TensorPrimitives.Add(sum, vectors[from + half]._values.AsSpan(start, sum.Length), sum);
            return;
        }
        var second = rest[..sum.Length];
        SumInPairs(vectors, from + half, count - half, start, second, rest[Block..]);
        TensorPrimitives.Add(sum, second, sum);
    }

    private void SumInSingle(IReadOnlyList<ParameterVector> vectors, ReadOnlySpan<double> weights)
    {
        Span<float> sum = stackalloc float[Block];
        for (var start = 0; start < Length; start += Block)
        {
            var part = sum[..Math.Min(Block, Length - start)];
            part.Clear();
            for (var i = 0; i < vectors.Count; i++)
            {
                TensorPrimitives.MultiplyAdd(vectors[i]._values.AsSpan(start, part.Length), (float)weights[i], part, part);
            }
            part.CopyTo(_values.AsSpan(start));
        }
    }

    private void SumInDouble(IReadOnlyList<ParameterVector> vectors, ReadOnlySpan<double> weights)
    {
        Span<double> sum = stackalloc double[Block];
        Span<double> wide = stackalloc double[Block];
        for (var start = 0; start < Length; start += Block)
        {
            var length = Math.Min(Block, Length - start);
            var part = sum[..length];
            part.Clear();
            for (var i = 0; i < vectors.Count; i++)
            {
                TensorPrimitives.ConvertTruncating<float, double>(vectors[i]._values.AsSpan(start, length), wide);
                TensorPrimitives.MultiplyAdd(wide[..length], weights[i], part, part);
            }
            TensorPrimitives.ConvertTruncating<double, float>(part, _values.AsSpan(start, length));
        }
    }

    private void Check(IReadOnlyList<ParameterVector> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Count == 0)
        {
            throw new ArgumentException("There is no vector to average.", nameof(vectors));
        }
        for (var i = 0; i < vectors.Count; i++)
        {
            Layout.EnsureFits(vectors[i].Layout, nameof(vectors));
        }
    }
}
