using System.Runtime.Intrinsics;

namespace ResearchKit.Merge;

/// <summary>Sets the bits of a mask where a value agrees with a sign, eight at a time.</summary>
internal static class SignMask
{
    /// <summary>On where value times sign is above zero. The place of the first value is a multiple of eight.</summary>
    public static void Set(BitMask mask, int from, ReadOnlySpan<float> values, ReadOnlySpan<float> signs)
    {
        int i = 0;
        for (; i <= values.Length - 8; i += 8)
        {
            Vector256<float> product = Vector256.Create(values[i..]) * Vector256.Create(signs[i..]);
            mask.SetByte(from + i, (byte)Vector256.GreaterThan(product, Vector256<float>.Zero).ExtractMostSignificantBits());
        }
        for (; i < values.Length; i++)
        {
            mask[from + i] = values[i] * signs[i] > 0;
        }
    }

    /// <summary>On where |value| exceeds a factor times |unified - value|, as masks of TALL are.</summary>
    public static void SetConsensus(BitMask mask, int from, ReadOnlySpan<float> values, ReadOnlySpan<float> unified, float factor)
    {
        int i = 0;
        Vector256<float> factors = Vector256.Create(factor);
        for (; i <= values.Length - 8; i += 8)
        {
            Vector256<float> value = Vector256.Create(values[i..]);
            Vector256<float> other = Vector256.Abs(Vector256.Create(unified[i..]) - value) * factors;
            mask.SetByte(from + i, (byte)Vector256.GreaterThan(Vector256.Abs(value), other).ExtractMostSignificantBits());
        }
        for (; i < values.Length; i++)
        {
            mask[from + i] = MathF.Abs(values[i]) > MathF.Abs(unified[i] - values[i]) * factor;
        }
    }
}
