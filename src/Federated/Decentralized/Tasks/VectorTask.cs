using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>A task whose models are vectors of parameters.</summary>
public abstract class VectorTask : ILearningTask
{
    private const int Block = 4096;

    /// <summary>Where which parameter lies.</summary>
    public abstract ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public abstract object InitialModel { get; }

    /// <inheritdoc/>
    public abstract int Nodes { get; }

    /// <inheritdoc/>
    public virtual long ModelBytes => 4L * Layout.Length;

    /// <inheritdoc/>
    public abstract int RowsOf(int node);

    /// <inheritdoc/>
    public abstract object Train(int node, object model, int steps, RandomStream random, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ModelQuality Evaluate(object model, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public object Average(IReadOnlyList<object> models, IReadOnlyList<double> weights) => WeightedMean(models, weights);

    /// <summary>The weighted mean, each parameter summed in the order given; a block of parameters at a time, so that the sum stays in the cache.</summary>
    public static ParameterVector WeightedMean(IReadOnlyList<object> models, IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(weights);
        ParameterVector mean = new(((ParameterVector)models[0]).Layout);
        Span<float> sum = mean.Values;
        for (int start = 0; start < sum.Length; start += Block)
        {
            Span<float> part = sum.Slice(start, Math.Min(Block, sum.Length - start));
            for (int i = 0; i < models.Count; i++)
            {
                ReadOnlySpan<float> values = ((ParameterVector)models[i]).Values.Slice(start, part.Length);
                TensorPrimitives.MultiplyAdd(values, (float)weights[i], part, part);
            }
        }

        return mean;
    }

    /// <inheritdoc/>
    public bool IsSound(object model) => model is ParameterVector vector && vector.Length == Layout.Length && AreFinite(vector.Values);

    /// <summary>Whether all values are finite.</summary>
    public static bool AreFinite(ReadOnlySpan<float> values)
    {
        // A value times zero is zero, or not a number: one pass, no branch.
        float sum = 0;
        for (; values.Length >= Block; values = values[Block..])
        {
            sum += TensorPrimitives.SumOfSquares<float>(values[..Block]) * 0;
        }

        if (float.IsFinite(sum + (TensorPrimitives.SumOfSquares<float>(values) * 0)))
        {
            return true;
        }

        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true; // the squares overflowed, the values did not
    }

    /// <inheritdoc/>
    public void Write(object model, Stream to)
    {
        ArgumentNullException.ThrowIfNull(to);
        to.Write(MemoryMarshal.AsBytes<float>(((ParameterVector)model).Values));
    }

    /// <inheritdoc/>
    public object Read(Stream from)
    {
        ArgumentNullException.ThrowIfNull(from);
        ParameterVector vector = new(Layout);
        from.ReadExactly(MemoryMarshal.AsBytes(vector.Values));
        return vector;
    }
}
