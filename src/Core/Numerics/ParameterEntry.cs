namespace ResearchKit.Numerics;

/// <summary>A tensor's place in a <see cref="ParameterVector"/>.</summary>
/// <param name="Name">Its name in the module, for example <c>layers.0.weight</c>.</param>
/// <param name="Shape">Its dimensions; none for a scalar.</param>
/// <param name="Type">The type of its elements in the module; in the vector they are float32.</param>
/// <param name="Offset">Where it begins in the vector, in elements.</param>
/// <param name="Count">Its number of elements.</param>
/// <param name="IsBuffer">Whether it is a buffer (a running mean) rather than a parameter.</param>
public sealed record ParameterEntry(string Name, IReadOnlyList<long> Shape, ElementType Type, int Offset, int Count, bool IsBuffer)
{
    internal bool Fits(ParameterEntry other) =>
        Name == other.Name && IsBuffer == other.IsBuffer && Type == other.Type && Shape.SequenceEqual(other.Shape);

    internal string Text => $"{(IsBuffer ? "buffer" : "parameter")} {Name} {TensorShape.Text(Shape)} {Type}";
}
