using ResearchKit.Numerics;

namespace ResearchKit.Merge;

/// <summary>A tensor of a checkpoint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its dimensions; none for a scalar.</param>
public sealed record TensorInfo(string Name, ElementType Type, IReadOnlyList<long> Shape)
{
    /// <summary>The number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, axis) => checked(product * axis));

    /// <summary>The number of bytes.</summary>
    public long Bytes => Count * Type.Bytes();

    /// <summary>Whether it is of floating-point numbers that can be merged.</summary>
    public bool IsMergeable => Type is ElementType.Float16 or ElementType.BFloat16 or ElementType.Float32 or ElementType.Float64;

    /// <summary>Type and shape as text.</summary>
    public string Text => $"{Type} [{string.Join(", ", Shape)}]";
}
