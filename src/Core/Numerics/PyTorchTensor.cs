namespace ResearchKit.Numerics;

/// <summary>A tensor of a <see cref="PyTorchFile"/>.</summary>
/// <param name="Name">The keys on the way to it, joined by dots: <c>model.layers.0.weight</c>.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its dimensions; none for a scalar.</param>
public sealed record PyTorchTensor(string Name, ElementType Type, IReadOnlyList<long> Shape)
{
    internal PickledTensor Source { get; init; } = null!;

    /// <summary>The number of elements.</summary>
    public long Count => TensorShape.Count(Shape)!.Value;

    /// <summary>The bytes it has when it is read, row-major.</summary>
    public long Bytes => Count * Type.Bytes();
}
