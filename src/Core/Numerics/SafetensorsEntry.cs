namespace ResearchKit.Numerics;

/// <summary>A tensor of a safetensors file; row-major.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its dimensions; none for a scalar.</param>
/// <param name="Offset">Where its bytes begin in the file, in bytes from the file's start.</param>
/// <param name="Bytes">How many bytes it has.</param>
public sealed record SafetensorsEntry(string Name, ElementType Type, IReadOnlyList<long> Shape, long Offset, long Bytes)
{
    /// <summary>The number of elements.</summary>
    public long Count => Bytes / Type.Bytes();
}
