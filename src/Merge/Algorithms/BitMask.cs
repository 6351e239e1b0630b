using System.Buffers.Binary;

namespace ResearchKit.Merge;

/// <summary>One bit an element, eight to a byte, the lowest bit first.</summary>
public sealed class BitMask
{
    private readonly byte[] _bytes;

    /// <summary>A mask of zeros.</summary>
    public BitMask(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _bytes = new byte[PackedBytes(length)];
    }

    /// <summary>A mask from its packed bytes.</summary>
    /// <exception cref="ArgumentException">The bytes are not those of as many elements.</exception>
    public BitMask(int length, byte[] packed)
    {
        ArgumentNullException.ThrowIfNull(packed);
        if (packed.Length != PackedBytes(length))
        {
            throw new ArgumentException(
                $"A mask of {length} elements has {PackedBytes(length)} bytes, not {packed.Length}.",
                nameof(packed)
            );
        }
        Length = length;
        _bytes = packed;
    }

    /// <summary>The number of elements.</summary>
    public int Length { get; }

    /// <summary>The packed bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>How many bytes hold a mask.</summary>
    public static int PackedBytes(int length) => (int)(((long)length + 7) / 8);

    /// <summary>Whether an element is on.</summary>
    public bool this[int index]
    {
        get => (_bytes[index >> 3] >> (index & 7) & 1) != 0;
        set => _bytes[index >> 3] = (byte)(value ? _bytes[index >> 3] | (1 << (index & 7)) : _bytes[index >> 3] & ~(1 << (index & 7)));
    }

    /// <summary>The number of elements that are on.</summary>
    public int CountOn()
    {
        int count = 0;
        foreach (byte b in _bytes)
        {
            count += int.PopCount(b);
        }
        return count;
    }

    /// <summary>Sets the eight elements from a multiple of eight on at once.</summary>
    internal void SetByte(int index, byte bits) => _bytes[index >> 3] = bits;

    /// <summary>Sets the 32 elements from a multiple of 32 on at once.</summary>
    internal void SetWord(int index, uint bits) => BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(index >> 3), bits);

    /// <summary>Sets to zero the elements that are off.</summary>
    public void Apply(Span<float> values)
    {
        if (values.Length != Length)
        {
            throw new ArgumentException($"A mask of {Length} elements does not fit {values.Length} values.", nameof(values));
        }
        for (int i = 0; i < values.Length; i++)
        {
            if ((_bytes[i >> 3] >> (i & 7) & 1) == 0)
            {
                values[i] = 0;
            }
        }
    }
}
