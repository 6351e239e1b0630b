using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ResearchKit.Numerics;

/// <summary>Moves the elements of npy data of one type, by whole blocks of memory.</summary>
internal abstract class NpyElements
{
    internal static NpyElements Of(Type type) =>
        type == typeof(bool) ? new Elements<bool>()
        : type == typeof(sbyte) ? new Elements<sbyte>()
        : type == typeof(byte) ? new Elements<byte>()
        : type == typeof(short) ? new Elements<short>()
        : type == typeof(ushort) ? new Elements<ushort>()
        : type == typeof(int) ? new Elements<int>()
        : type == typeof(uint) ? new Elements<uint>()
        : type == typeof(long) ? new Elements<long>()
        : type == typeof(ulong) ? new Elements<ulong>()
        : type == typeof(Half) ? new Elements<Half>()
        : type == typeof(float) ? new Elements<float>()
        : new Elements<double>();

    internal abstract Array Read(Stream stream, NpyHeader header, string name, CancellationToken cancellationToken);

    internal abstract void Write(Stream stream, NpyArray array, CancellationToken cancellationToken);

    /// <summary>Brings elements whose first index runs fastest into row-major order.</summary>
    internal static T[] ToRowMajor<T>(T[] elements, IReadOnlyList<int> shape)
    {
        var moved = new T[elements.Length];
        var index = new int[shape.Count];
        var strides = new int[shape.Count];
        for (int axis = 0, stride = 1; axis < shape.Count && elements.Length > 0; stride *= shape[axis++])
            strides[axis] = stride;
        int from = 0;
        for (int to = 0; to < moved.Length; to++)
        {
            moved[to] = elements[from];
            for (int axis = shape.Count - 1; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++index[axis] < shape[axis])
                    break;
                from -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return moved;
    }

    private sealed class Elements<T> : NpyElements
        where T : unmanaged
    {
        private const int BytesAtOnce = 1 << 22;

        internal override Array Read(Stream stream, NpyHeader header, string name, CancellationToken cancellationToken)
        {
            var elements = new T[header.Count];
            Span<byte> bytes = MemoryMarshal.AsBytes(elements.AsSpan());
            while (!bytes.IsEmpty)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Span<byte> block = bytes[..Math.Min(bytes.Length, BytesAtOnce)];
                int read = stream.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
                if (read < block.Length)
                    throw new MalformedFileException(
                        name,
                        $"{header.DataBytes} bytes of data",
                        "the end of the file",
                        byteOffset: header.DataOffset
                    );
                bytes = bytes[block.Length..];
            }

            if (header.IsSwapped)
                Swap(elements);
            if (typeof(T) == typeof(bool))
            {
                foreach (ref byte value in MemoryMarshal.AsBytes(elements.AsSpan()))
                    value = value == 0 ? (byte)0 : (byte)1; // any other byte would be a bool that equals neither true nor false
            }

            return header.FortranOrder ? ToRowMajor(elements, header.Shape) : elements;
        }

        internal override void Write(Stream stream, NpyArray array, CancellationToken cancellationToken)
        {
            T[] elements = array.Elements<T>();
            if (!BitConverter.IsLittleEndian && Unsafe.SizeOf<T>() > 1)
            {
                elements = [.. elements];
                Swap(elements);
            }

            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes<T>(elements);
            for (int at = 0; at < bytes.Length; at += BytesAtOnce)
            {
                cancellationToken.ThrowIfCancellationRequested();
                stream.Write(bytes.Slice(at, Math.Min(BytesAtOnce, bytes.Length - at)));
            }
        }

        private static void Swap(T[] elements)
        {
            switch (Unsafe.SizeOf<T>())
            {
                case 2:
                    Span<ushort> twos = MemoryMarshal.Cast<T, ushort>(elements.AsSpan());
                    BinaryPrimitives.ReverseEndianness(twos, twos);
                    break;
                case 4:
                    Span<uint> fours = MemoryMarshal.Cast<T, uint>(elements.AsSpan());
                    BinaryPrimitives.ReverseEndianness(fours, fours);
                    break;
                case 8:
                    Span<ulong> eights = MemoryMarshal.Cast<T, ulong>(elements.AsSpan());
                    BinaryPrimitives.ReverseEndianness(eights, eights);
                    break;
            }
        }
    }
}
