using System.Runtime.InteropServices;

namespace ResearchKit.Merge;

/// <summary>
/// The k-th smallest of many floats by counting the bits of their order, upper half first: exact, linear, and possible in passes over data that do not fit in memory.
/// </summary>
internal static class OrderedBits
{
    public const int Bins = 1 << 16;

    /// <summary>Bits that order as the values do; -0 comes right before +0.</summary>
    public static uint Of(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (bits & 0x8000_0000) == 0 ? bits | 0x8000_0000 : ~bits;
    }

    public static float ToSingle(uint ordered) =>
        BitConverter.UInt32BitsToSingle((ordered & 0x8000_0000) != 0 ? ordered & 0x7fff_ffff : ~ordered);

    /// <summary>Bits that order as the magnitudes do.</summary>
    public static uint OfMagnitude(float value) => BitConverter.SingleToUInt32Bits(value) & 0x7fff_ffff;

    public static void CountMagnitudes(ReadOnlySpan<float> values, Span<long> bins)
    {
        foreach (uint bits in MemoryMarshal.Cast<float, uint>(values))
        {
            bins[(int)((bits & 0x7fff_ffff) >> 15)]++;
        }
    }

    public static void CountMagnitudesIn(ReadOnlySpan<float> values, uint upper, Span<long> bins)
    {
        foreach (uint bits in MemoryMarshal.Cast<float, uint>(values))
        {
            uint magnitude = bits & 0x7fff_ffff;
            if (magnitude >> 15 == upper)
            {
                bins[(int)(magnitude & 0x7fff)]++;
            }
        }
    }

    /// <summary>The bin that holds a rank, and the rank inside it.</summary>
    public static (uint Bin, long Rank) Find(ReadOnlySpan<long> bins, long rank)
    {
        for (int bin = 0; bin < bins.Length; bin++)
        {
            if (rank < bins[bin])
            {
                return ((uint)bin, rank);
            }
            rank -= bins[bin];
        }
        throw new ArgumentOutOfRangeException(nameof(rank), rank, "The rank is beyond the values that were counted.");
    }

    /// <summary>The magnitude of a rank (0-based, ascending).</summary>
    public static float SelectMagnitude(ReadOnlySpan<float> values, long rank)
    {
        long[] bins = new long[Bins];
        CountMagnitudes(values, bins);
        (uint upper, long inside) = Find(bins, rank);
        Array.Clear(bins);
        CountMagnitudesIn(values, upper, bins.AsSpan(0, 1 << 15));
        (uint lower, _) = Find(bins.AsSpan(0, 1 << 15), inside);
        return BitConverter.UInt32BitsToSingle((upper << 15) | lower);
    }

    public static void Count(ReadOnlySpan<float> values, Span<long> bins)
    {
        foreach (float value in values)
        {
            bins[(int)(Of(value) >> 16)]++;
        }
    }

    public static void CountIn(ReadOnlySpan<float> values, uint upper, Span<long> bins)
    {
        foreach (float value in values)
        {
            uint bits = Of(value);
            if (bits >> 16 == upper)
            {
                bins[(int)(bits & 0xffff)]++;
            }
        }
    }

    /// <summary>The value of a rank (0-based, ascending).</summary>
    public static float Select(ReadOnlySpan<float> values, long rank)
    {
        long[] bins = new long[Bins];
        Count(values, bins);
        (uint upper, long inside) = Find(bins, rank);
        Array.Clear(bins);
        CountIn(values, upper, bins);
        (uint lower, _) = Find(bins, inside);
        return ToSingle((upper << 16) | lower);
    }
}
