using System.Numerics.Tensors;

namespace ResearchKit.Numerics;

/// <summary>
/// A module's parameters, and buffers if its layout has them, as one float32 buffer: what federated averaging, merging and gossip compute with. Scalar results
/// (dot product, norm) are summed in double precision over blocks of fixed size, so they do not depend on threads.
/// </summary>
public sealed partial class ParameterVector
{
    private const int Block = 4096;

    private readonly float[] _values;

    /// <summary>A vector of zeros.</summary>
    public ParameterVector(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Layout = layout;
        _values = new float[layout.Length];
    }

    /// <summary>A vector of given values, which it keeps: no copy.</summary>
    /// <exception cref="ArgumentException">There are more or fewer values than the layout has.</exception>
    public ParameterVector(ParameterLayout layout, float[] values)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != layout.Length)
        {
            throw new ArgumentException($"{values.Length} values do not fill a layout of {layout.Length}.", nameof(values));
        }
        Layout = layout;
        _values = values;
    }

    /// <summary>Which tensor lies where.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The number of elements.</summary>
    public int Length => _values.Length;

    /// <summary>All values.</summary>
    public Span<float> Values => _values;

    /// <summary>All values, for what outlives a span.</summary>
    public Memory<float> Memory => _values;

    /// <summary>The values of one tensor, row-major: a view, not a copy.</summary>
    /// <exception cref="ArgumentException">The layout has no tensor of that name.</exception>
    public Span<float> Slice(string name)
    {
        var entry = Layout[name];
        return _values.AsSpan(entry.Offset, entry.Count);
    }

    /// <summary>A copy of its own.</summary>
    public ParameterVector Clone() => new(Layout, [.. _values]);

    /// <summary>Takes another vector's values.</summary>
    /// <exception cref="ArgumentException">The layouts differ; the message names the first difference.</exception>
    public void CopyFrom(ParameterVector other) => Other(other, nameof(other)).CopyTo(_values);

    /// <summary>Sets all values to zero.</summary>
    public void Clear() => _values.AsSpan().Clear();

    /// <summary>Adds a vector.</summary>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public void Add(ParameterVector other) => TensorPrimitives.Add(_values, Other(other, nameof(other)), _values);

    /// <summary>Subtracts a vector.</summary>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public void Subtract(ParameterVector other) => TensorPrimitives.Subtract(_values, Other(other, nameof(other)), _values);

    /// <summary>Multiplies all values by a factor.</summary>
    public void Scale(float factor) => TensorPrimitives.Multiply(_values, factor, _values);

    /// <summary>Adds <paramref name="factor"/> times a vector: product and sum are rounded one after the other, as in a plain loop.</summary>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public void AddScaled(float factor, ParameterVector other) =>
        TensorPrimitives.MultiplyAdd(Other(other, nameof(other)), factor, _values, _values);

    /// <summary>Moves towards a vector: <c>this * (1 - amount) + other * amount</c>.</summary>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public void Lerp(ParameterVector other, float amount)
    {
        var target = Other(other, nameof(other));
        TensorPrimitives.Multiply(_values, 1 - amount, _values);
        TensorPrimitives.MultiplyAdd(target, amount, _values, _values);
    }

    /// <summary>The inner product.</summary>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public double Dot(ParameterVector other) => Dot(_values, Other(other, nameof(other)));

    /// <summary>The Euclidean norm.</summary>
    public double Norm() => Math.Sqrt(Dot(_values, _values));

    /// <summary>The cosine of the angle to a vector, in [-1, 1]; 0 if either is zero.</summary>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public double Cosine(ParameterVector other)
    {
        var product = Dot(other);
        var norms = Norm() * other.Norm();
        return norms == 0 ? 0 : Math.Clamp(product / norms, -1, 1);
    }

    /// <summary>The Euclidean distance to a vector.</summary>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public double Distance(ParameterVector other)
    {
        ReadOnlySpan<float> mine = _values;
        var theirs = Other(other, nameof(other));
        Span<float> difference = stackalloc float[Block];
        var sum = 0.0;
        for (var start = 0; start < mine.Length; start += Block)
        {
            var part = difference[..Math.Min(Block, mine.Length - start)];
            TensorPrimitives.Subtract(mine.Slice(start, part.Length), theirs.Slice(start, part.Length), part);
            sum += TensorPrimitives.SumOfSquares<float>(part);
        }
        return Math.Sqrt(sum);
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var start = 0; start < a.Length; start += Block)
        {
            var length = Math.Min(Block, a.Length - start);
            sum += TensorPrimitives.Dot(a.Slice(start, length), b.Slice(start, length));
        }
        return sum;
    }

    private ReadOnlySpan<float> Other(ParameterVector other, string argument)
    {
        ArgumentNullException.ThrowIfNull(other, argument);
        Layout.EnsureFits(other.Layout, argument);
        return other._values;
    }
}
