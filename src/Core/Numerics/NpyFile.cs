using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ResearchKit.Storage;

namespace ResearchKit.Numerics;

/// <summary>
/// Reads and writes arrays in numpy's npy format. Read: versions 1.0 to 3.0, either byte order, C and Fortran order, b1, i1 to i8, u1 to u8, f2, f4, f8 and U;
/// records and pickled objects are refused. Written: version 1.0, little-endian, C order.
/// </summary>
public static class NpyFile
{
    private const int HeaderAlignment = 64;

    private static readonly UTF32Encoding StrictUtf32 = new(bigEndian: false, byteOrderMark: false, throwOnInvalidCharacters: true);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The array, in row-major order.</returns>
    /// <exception cref="MalformedFileException">The content is wrong; with the offset of the byte.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static Task<NpyArray> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Task.Run(
            () =>
            {
                using FileStream stream = Open(path);
                return Read(stream, path, stream.Length, cancellationToken);
            },
            cancellationToken
        );
    }

    /// <summary>Reads only the header of a file: for reading ranges of a large one.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The header.</returns>
    /// <exception cref="MalformedFileException">The header is wrong, or the file is shorter or longer than it says.</exception>
    public static NpyHeader ReadHeader(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = Open(path);
        NpyHeader header = NpyHeaderReader.Read(stream, path);
        CheckLength(header, path, stream.Length);
        return header;
    }

    /// <summary>Writes a file, under a temporary name first.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="array">The array.</param>
    /// <param name="cancellationToken">Cancels; the old file, if any, stays.</param>
    /// <exception cref="ArgumentException">A string has half a surrogate pair.</exception>
    public static Task SaveAsync(string path, NpyArray array, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(array);
        return AtomicFile.WriteAsync(
            path,
            (stream, token) =>
            {
                Write(stream, array, token);
                return Task.CompletedTask;
            },
            cancellationToken
        );
    }

    /// <summary>Reads an array from a stream that ends with it.</summary>
    /// <param name="stream">The stream, at the start of the npy data.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The array, in row-major order.</returns>
    /// <exception cref="MalformedFileException">The content is wrong.</exception>
    public static NpyArray Read(Stream stream, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (stream.CanSeek)
            return Read(stream, name, stream.Length - stream.Position, cancellationToken);
        // Without a length the header's word is not enough to allocate by: take what really comes.
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        buffer.Position = 0;
        return Read(buffer, name, buffer.Length, cancellationToken);
    }

    /// <summary>Writes an array to a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="array">The array.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static void Write(Stream stream, NpyArray array, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(array);
        string descriptor = DescriptorOf(array.ElementType)!;
        int width = 0;
        if (array.ElementType == typeof(string))
        {
            width = array.Elements<string>().Select(CodePoints).DefaultIfEmpty(0).Max();
            descriptor += Math.Max(width, 1).ToString(CultureInfo.InvariantCulture);
            width = Math.Max(width, 1);
        }

        stream.Write(HeaderBytes(descriptor, array.Shape));
        if (array.ElementType == typeof(string))
        {
            var cell = new byte[4 * width];
            foreach (string text in array.Elements<string>())
            {
                cancellationToken.ThrowIfCancellationRequested();
                Array.Clear(cell);
                StrictUtf32.GetBytes(text, cell);
                stream.Write(cell);
            }

            return;
        }

        NpyElements.Of(array.ElementType).Write(stream, array, cancellationToken);
    }

    /// <summary>The type as numpy writes it, little-endian (a string without its width); null if it cannot be stored.</summary>
    internal static string? DescriptorOf(Type type) =>
        type == typeof(bool) ? "|b1"
        : type == typeof(sbyte) ? "|i1"
        : type == typeof(byte) ? "|u1"
        : type == typeof(short) ? "<i2"
        : type == typeof(ushort) ? "<u2"
        : type == typeof(int) ? "<i4"
        : type == typeof(uint) ? "<u4"
        : type == typeof(long) ? "<i8"
        : type == typeof(ulong) ? "<u8"
        : type == typeof(Half) ? "<f2"
        : type == typeof(float) ? "<f4"
        : type == typeof(double) ? "<f8"
        : type == typeof(string) ? "<U"
        : null;

    internal static NpyArray Read(Stream stream, string name, long available, CancellationToken cancellationToken)
    {
        NpyHeader header = NpyHeaderReader.Read(stream, name);
        CheckLength(header, name, available);
        Array elements =
            header.ElementType == typeof(string)
                ? ReadStrings(stream, header, name)
                : NpyElements.Of(header.ElementType).Read(stream, header, name, cancellationToken);
        return NpyArray.OfRead(elements, header.ElementType, [.. header.Shape]);
    }

    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);

    private static void CheckLength(NpyHeader header, string name, long available)
    {
        if (available != header.DataOffset + header.DataBytes)
        {
            throw new MalformedFileException(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{header.DataBytes} bytes of data for shape ({string.Join(", ", header.Shape)}) of {header.Descriptor}"
                ),
                string.Create(CultureInfo.InvariantCulture, $"{available - header.DataOffset} bytes"),
                byteOffset: header.DataOffset
            );
        }
    }

    private static byte[] HeaderBytes(string descriptor, IReadOnlyList<int> shape)
    {
        string axes = shape.Count == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";
        string text = $"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': {axes}, }}";
        int unpadded = 10 + text.Length + 1;
        int total = (unpadded + HeaderAlignment - 1) / HeaderAlignment * HeaderAlignment;
        if (total - 10 > ushort.MaxValue)
            throw new ArgumentException($"The shape has too many axes for an npy header: {shape.Count}.", nameof(shape));
        var bytes = new byte[total];
        bytes.AsSpan().Fill((byte)' ');
        ReadOnlySpan<byte> start = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];
        start.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(total - 10));
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(10));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    private static string[] ReadStrings(Stream stream, NpyHeader header, string name)
    {
        var strings = new string[header.Count];
        var cell = new byte[header.ElementSize];
        var text = new StringBuilder();
        for (int i = 0; i < strings.Length; i++)
        {
            stream.ReadExactly(cell);
            text.Clear();
            ReadOnlySpan<uint> points = MemoryMarshal.Cast<byte, uint>(cell);
            int length = points.LastIndexOfAnyExcept(0u) + 1; // numpy pads by zeros
            foreach (uint point in points[..length])
            {
                uint value = header.IsSwapped ? BinaryPrimitives.ReverseEndianness(point) : point;
                if (!Rune.TryCreate(value, out Rune rune))
                    throw new MalformedFileException(
                        name,
                        "a Unicode character",
                        $"{value:X}",
                        byteOffset: header.DataOffset + (long)i * cell.Length
                    );
                text.Append(rune.ToString());
            }

            strings[i] = text.ToString();
        }

        return header.FortranOrder ? NpyElements.ToRowMajor(strings, header.Shape) : strings;
    }

    private static int CodePoints(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return StrictUtf32.GetByteCount(text) / 4;
    }
}
