using System.Buffers.Binary;
using System.Globalization;
using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// Reads arrays in the IDX format of MNIST and its followers, compressed or not: two zero bytes, the type of the elements, the number of axes, the length of each
/// axis (32 bits, big-endian), then the elements in row-major order, big-endian.
/// </summary>
public static class IdxFile
{
    private const int MostAxes = 8;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The array: byte, sbyte, short, int, float or double.</returns>
    /// <exception cref="MalformedFileException">The content is wrong; with the byte offset after decompression.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async Task<NpyArray> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        await using BinarySource source = await BinarySource.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(source, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a stream that ends with the array. The stream stays open.</summary>
    /// <param name="stream">The stream, perhaps compressed.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>As for a file.</returns>
    /// <exception cref="MalformedFileException">As for a file.</exception>
    public static async Task<NpyArray> ReadAsync(Stream stream, string name, CancellationToken cancellationToken = default)
    {
        await using BinarySource source = await BinarySource.OfAsync(stream, name, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(source, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a file of images and one of labels.</summary>
    /// <param name="imagesPath">Bytes, n x height x width (one channel) or n x channels x height x width; 0 to 255 become 0 to 1.</param>
    /// <param name="labelsPath">n bytes.</param>
    /// <param name="classCount">The number of classes; 0: as many as the highest label asks for.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The rows, with the feature shape channels x height x width.</returns>
    /// <exception cref="MalformedFileException">A file is wrong, their lengths differ, or a label is not below <paramref name="classCount"/>.</exception>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    public static async Task<LabeledData> LoadLabeledAsync(
        string imagesPath,
        string labelsPath,
        int classCount = 0,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classCount);
        NpyArray images = await LoadAsync(imagesPath, cancellationToken).ConfigureAwait(false);
        if (images.ElementType != typeof(byte) || images.Shape.Count is not (3 or 4))
            throw new MalformedFileException(imagesPath, "3 or 4 axes of bytes", Describe(images), byteOffset: 2);
        NpyArray labels = await LoadAsync(labelsPath, cancellationToken).ConfigureAwait(false);
        if (labels.ElementType != typeof(byte) || labels.Shape.Count != 1)
            throw new MalformedFileException(labelsPath, "1 axis of bytes", Describe(labels), byteOffset: 2);
        if (labels.Count != images.Shape[0])
        {
            throw new MalformedFileException(
                labelsPath,
                string.Create(CultureInfo.InvariantCulture, $"{images.Shape[0]} labels, one for each image of {imagesPath}"),
                string.Create(CultureInfo.InvariantCulture, $"{labels.Count}"),
                byteOffset: 4
            );
        }

        int[] values = Array.ConvertAll(labels.Elements<byte>(), static label => (int)label);
        int outside = classCount == 0 ? -1 : Array.FindIndex(values, label => label >= classCount);
        if (outside >= 0)
            throw new MalformedFileException(labelsPath, $"a label below {classCount}", $"{values[outside]}", byteOffset: 8 + outside);
        int[] shape = images.Shape.Count == 3 ? [1, images.Shape[1], images.Shape[2]] : [.. images.Shape.Skip(1)];
        return LabeledData.OfBytes(
            images.Elements<byte>(),
            values,
            new LabeledDataSchema { FeatureShape = shape, ClassCount = classCount }
        );
    }

    private static async Task<NpyArray> ReadAsync(BinarySource source, CancellationToken cancellationToken)
    {
        var head = new byte[4];
        await source.ReadAsync(head, "the four bytes an IDX file begins with", cancellationToken).ConfigureAwait(false);
        if (head is not [0, 0, _, >= 1 and <= MostAxes])
            throw source.Error("00 00, a type, and 1 to 8 axes", Convert.ToHexString(head), 0);
        var lengths = new byte[4 * head[3]];
        await source.ReadAsync(lengths, "the lengths of the axes", cancellationToken).ConfigureAwait(false);
        var shape = new int[head[3]];
        long count = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(lengths.AsSpan(4 * axis));
            count = length > Array.MaxLength ? long.MaxValue : count * length;
            if (count > Array.MaxLength)
                throw source.Error($"at most {Array.MaxLength} elements", $"an axis of {length} more", 4 + 4 * axis);
            shape[axis] = (int)length;
        }

        const string what = "the elements that the header promises";
        Task<NpyArray> reading = head[2] switch
        {
            0x08 => AsItIsAsync<byte>(),
            0x09 => AsItIsAsync<sbyte>(),
            0x0B => ConvertedAsync<short, short>(BinaryPrimitives.ReverseEndianness),
            0x0C => ConvertedAsync<int, int>(BinaryPrimitives.ReverseEndianness),
            0x0D => ConvertedAsync<uint, float>(static bits => BitConverter.UInt32BitsToSingle(BinaryPrimitives.ReverseEndianness(bits))),
            0x0E => ConvertedAsync<ulong, double>(static bits => BitConverter.UInt64BitsToDouble(BinaryPrimitives.ReverseEndianness(bits))),
            _ => throw source.Error("a type 08, 09, 0B, 0C, 0D or 0E", $"{head[2]:X2}", 2),
        };
        NpyArray array = await reading.ConfigureAwait(false);
        await source.ExpectEndAsync(cancellationToken).ConfigureAwait(false);
        return array;

        async Task<NpyArray> AsItIsAsync<T>()
            where T : unmanaged =>
            NpyArray.Of(await source.ReadElementsAsync<T>(count, what, cancellationToken).ConfigureAwait(false), shape);

        async Task<NpyArray> ConvertedAsync<TFrom, T>(Converter<TFrom, T> convert)
            where TFrom : unmanaged
            where T : unmanaged
        {
            TFrom[] read = await source.ReadElementsAsync<TFrom>(count, what, cancellationToken).ConfigureAwait(false);
            return NpyArray.Of(
                BitConverter.IsLittleEndian
                    ? Array.ConvertAll(read, convert)
                    : System.Runtime.InteropServices.MemoryMarshal.Cast<TFrom, T>(read).ToArray(),
                shape
            );
        }
    }

    private static string Describe(NpyArray array) =>
        string.Create(CultureInfo.InvariantCulture, $"{array.ElementType.Name} ({string.Join(" x ", array.Shape)})");
}
