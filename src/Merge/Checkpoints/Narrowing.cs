using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ResearchKit.Numerics;

namespace ResearchKit.Merge;

/// <summary>Writes float32 values as a narrower or wider floating-point type, rounded to nearest, ties to even.</summary>
internal static class Narrowing
{
    public static void Narrow(ElementType type, ReadOnlySpan<float> values, Span<byte> into)
    {
        switch (type)
        {
            case ElementType.Float32:
                MemoryMarshal.AsBytes(values).CopyTo(into);
                break;
            case ElementType.Float16:
                TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(into));
                break;
            case ElementType.Float64:
                TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, double>(into));
                break;
            case ElementType.BFloat16:
                Span<ushort> words = MemoryMarshal.Cast<byte, ushort>(into);
                for (int i = 0; i < values.Length; i++)
                {
                    uint bits = BitConverter.SingleToUInt32Bits(values[i]);
                    words[i] = (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
                }
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Merged values are float16, bfloat16, float32 or float64.");
        }
    }
}
