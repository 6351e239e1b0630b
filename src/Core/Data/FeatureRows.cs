using System.Numerics.Tensors;

namespace ResearchKit.Data;

/// <summary>The features of many rows in one piece of memory, shared by all subsets.</summary>
internal abstract class FeatureRows(int length)
{
    internal int Length { get; } = length;

    internal abstract long ElementCount { get; }

    internal abstract void Copy(int row, Span<float> target);
}

internal sealed class FloatRows(float[] features, int length) : FeatureRows(length)
{
    internal override long ElementCount => features.Length;

    internal override void Copy(int row, Span<float> target) => features.AsSpan((int)((long)row * Length), Length).CopyTo(target);
}

/// <summary>Pixels, a quarter of the memory of floats; 0 to 255 become 0 to 1.</summary>
internal sealed class ByteRows(byte[] features, int length) : FeatureRows(length)
{
    internal override long ElementCount => features.Length;

    internal override void Copy(int row, Span<float> target)
    {
        TensorPrimitives.ConvertTruncating<byte, float>(features.AsSpan((int)((long)row * Length), Length), target);
        TensorPrimitives.Divide(target, 255f, target); // the quotient, not the product with 1/255: equal to what image libraries give
    }
}
