using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ResearchKit.Numerics;

/// <summary>Sizes, names and conversion of <see cref="ElementType"/>.</summary>
public static class ElementTypes
{
    /// <summary>The bytes of one element.</summary>
    public static int Bytes(this ElementType type) =>
        type switch
        {
            ElementType.Bool or ElementType.UInt8 or ElementType.Int8 or ElementType.Float8E4M3 or ElementType.Float8E5M2 => 1,
            ElementType.Int16 or ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16 => 2,
            ElementType.Int32 or ElementType.UInt32 or ElementType.Float32 => 4,
            ElementType.Int64 or ElementType.UInt64 or ElementType.Float64 or ElementType.Complex64 => 8,
            ElementType.Complex128 => 16,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No such element type."),
        };

    /// <summary>Whether <see cref="Widen"/> reads elements of this type: float32, float16 and bfloat16, whose every value a float32 holds.</summary>
    public static bool WidensToSingle(this ElementType type) => type is ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16;

    /// <summary>Reads little-endian elements as float32, exactly.</summary>
    /// <param name="type">float32, float16 or bfloat16.</param>
    /// <param name="bytes">The elements.</param>
    /// <param name="values">Takes as many values.</param>
    /// <exception cref="ArgumentException">The type is another one, or the lengths differ.</exception>
    public static void Widen(this ElementType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        if (!type.WidensToSingle())
        {
            throw new ArgumentException(
                $"{type} elements are not read as float32; allowed are Float32, Float16 and BFloat16.",
                nameof(type)
            );
        }
        if (bytes.Length != (long)values.Length * type.Bytes())
        {
            throw new ArgumentException(
                $"{bytes.Length} bytes are not {values.Length} elements of {type} ({type.Bytes()} bytes each).",
                nameof(bytes)
            );
        }
        switch (type)
        {
            case ElementType.Float32:
                bytes.CopyTo(MemoryMarshal.AsBytes(values));
                break;
            case ElementType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values);
                break;
            default:
                var words = MemoryMarshal.Cast<byte, ushort>(bytes);
                var bits = MemoryMarshal.Cast<float, uint>(values);
                TensorPrimitives.ConvertTruncating(words, bits);
                TensorPrimitives.ShiftLeft(bits, 16, bits);
                break;
        }
    }

    internal static ElementType? FromSafetensors(string name) =>
        name switch
        {
            "BOOL" => ElementType.Bool,
            "U8" => ElementType.UInt8,
            "I8" => ElementType.Int8,
            "F8_E4M3" => ElementType.Float8E4M3,
            "F8_E5M2" => ElementType.Float8E5M2,
            "I16" => ElementType.Int16,
            "U16" => ElementType.UInt16,
            "F16" => ElementType.Float16,
            "BF16" => ElementType.BFloat16,
            "I32" => ElementType.Int32,
            "U32" => ElementType.UInt32,
            "F32" => ElementType.Float32,
            "I64" => ElementType.Int64,
            "U64" => ElementType.UInt64,
            "F64" => ElementType.Float64,
            _ => null,
        };

    internal static string? ToSafetensors(ElementType type) =>
        type switch
        {
            ElementType.Bool => "BOOL",
            ElementType.UInt8 => "U8",
            ElementType.Int8 => "I8",
            ElementType.Float8E4M3 => "F8_E4M3",
            ElementType.Float8E5M2 => "F8_E5M2",
            ElementType.Int16 => "I16",
            ElementType.UInt16 => "U16",
            ElementType.Float16 => "F16",
            ElementType.BFloat16 => "BF16",
            ElementType.Int32 => "I32",
            ElementType.UInt32 => "U32",
            ElementType.Float32 => "F32",
            ElementType.Int64 => "I64",
            ElementType.UInt64 => "U64",
            ElementType.Float64 => "F64",
            _ => null,
        };
}
