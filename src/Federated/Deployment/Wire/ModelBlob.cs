using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Deployment;

/// <summary>
/// A model as bytes: a header of 32 bytes (magic <c>RKMODEL1</c>, tensors, parameters, XXH3 of the rest), then float32, little-endian.
/// </summary>
public static class ModelBlob
{
    /// <summary>The bytes of the header.</summary>
    public const int HeaderBytes = 32;

    private static ReadOnlySpan<byte> Magic => "RKMODEL1"u8;

    /// <summary>The bytes of a model of a layout.</summary>
    public static long LengthOf(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return HeaderBytes + (4L * layout.Length);
    }

    /// <summary>A model as bytes.</summary>
    public static byte[] Write(ParameterVector model)
    {
        ArgumentNullException.ThrowIfNull(model);
        byte[] blob = new byte[LengthOf(model.Layout)];
        ReadOnlySpan<byte> values = MemoryMarshal.AsBytes<float>(model.Values);
        values.CopyTo(blob.AsSpan(HeaderBytes));
        Magic.CopyTo(blob);
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(8), model.Layout.Entries.Count);
        BinaryPrimitives.WriteInt64LittleEndian(blob.AsSpan(12), model.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(blob.AsSpan(20), XxHash3.HashToUInt64(values));
        return blob;
    }

    /// <summary>Reads a model; null if the bytes are no sound model of the layout. Nothing that comes from outside makes it throw.</summary>
    public static ParameterVector? TryRead(ReadOnlySpan<byte> blob, ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (
            blob.Length != LengthOf(layout)
            || !blob[..8].SequenceEqual(Magic)
            || BinaryPrimitives.ReadInt32LittleEndian(blob[8..]) != layout.Entries.Count
            || BinaryPrimitives.ReadInt64LittleEndian(blob[12..]) != layout.Length
            || BinaryPrimitives.ReadUInt64LittleEndian(blob[20..]) != XxHash3.HashToUInt64(blob[HeaderBytes..])
        )
        {
            return null;
        }

        ParameterVector model = new(layout);
        blob[HeaderBytes..].CopyTo(MemoryMarshal.AsBytes(model.Values));
        return Decentralized.VectorTask.AreFinite(model.Values) ? model : null;
    }
}
