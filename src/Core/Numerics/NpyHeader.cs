namespace ResearchKit.Numerics;

/// <summary>The header of an npy file: what its elements are and how they lie.</summary>
public sealed record NpyHeader
{
    /// <summary>The type as numpy writes it, for example <c>&lt;f4</c>.</summary>
    public required string Descriptor { get; init; }

    /// <summary>Whether the first index runs fastest in the file.</summary>
    public required bool FortranOrder { get; init; }

    /// <summary>The lengths of the axes; empty for a scalar.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>The offset of the first element in bytes from the start of the file.</summary>
    public required int DataOffset { get; init; }

    /// <summary>The .NET type of an element: bool, an integer, <see cref="Half"/>, float, double, or string.</summary>
    public required Type ElementType { get; init; }

    /// <summary>The size of an element in bytes.</summary>
    public required int ElementSize { get; init; }

    /// <summary>Whether the bytes of an element stand in the order opposite to this machine's.</summary>
    public required bool IsSwapped { get; init; }

    /// <summary>The number of elements.</summary>
    public required int Count { get; init; }

    /// <summary>The size of all elements in bytes.</summary>
    public long DataBytes => (long)Count * ElementSize;
}
