namespace ResearchKit.Numerics;

/// <summary>Shapes as text, and their sizes checked for overflow.</summary>
internal static class TensorShape
{
    public static string Text(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>The number of elements, or null if a dimension is negative or the product exceeds 63 bits. A zero dimension makes it zero whatever the others are.</summary>
    public static long? Count(IReadOnlyList<long> shape)
    {
        if (shape.Any(size => size < 0))
        {
            return null;
        }
        if (shape.Contains(0))
        {
            return 0;
        }
        var count = 1L;
        foreach (var size in shape)
        {
            if (count > long.MaxValue / size)
            {
                return null;
            }
            count *= size;
        }
        return count;
    }

    /// <summary>The bytes of a tensor, or null as in <see cref="Count"/>.</summary>
    public static long? Bytes(IReadOnlyList<long> shape, ElementType type) =>
        Count(shape) is { } count && count <= long.MaxValue / type.Bytes() ? count * type.Bytes() : null;
}
