namespace ResearchKit.Numerics;

/// <summary>A storage that a pickle names: a file of the archive, seen as elements of a type.</summary>
internal sealed record PickledStorage(string Key, ElementType Type, long Count);

/// <summary>A tensor as a pickle describes it: a window into a storage, in elements.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>The number of elements of the storage from its start to the last that the tensor touches.</summary>
    public long End { get; private init; }

    /// <summary>Whether the elements lie in the storage as they are to be read.</summary>
    public bool IsContiguous { get; private init; }

    /// <summary>Checks the window against its storage; null if it leaves it or a size overflows.</summary>
    public static PickledTensor? Create(PickledStorage storage, long offset, long[] shape, long[] strides)
    {
        if (
            offset < 0
            || shape.Length != strides.Length
            || shape.Any(size => size < 0)
            || strides.Any(stride => stride < 0)
            || TensorShape.Bytes(shape, storage.Type) is not { } bytes
        )
        {
            return null;
        }
        UInt128 last = (ulong)offset;
        var dense = 1L;
        var contiguous = true;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            last += (UInt128)(ulong)Math.Max(0, shape[i] - 1) * (ulong)strides[i];
            contiguous &= shape[i] == 1 || strides[i] == dense;
            dense = bytes == 0 ? dense : dense * shape[i];
        }
        return bytes > 0 && last >= (ulong)storage.Count
            ? null
            : new PickledTensor(storage, offset, shape, strides) { End = bytes == 0 ? 0 : (long)last + 1, IsContiguous = contiguous };
    }
}
