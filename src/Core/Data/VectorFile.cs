using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ResearchKit.Numerics;
using ResearchKit.Storage;

namespace ResearchKit.Data;

/// <summary>
/// Reads and writes the vectors of nearest-neighbour benchmarks (TEXMEX: fvecs, ivecs, bvecs), one at a time: for each its dimension (32 bits, little-endian), then its
/// elements (float32, int32 or bytes). Compressed or not. All vectors of a file have one dimension.
/// </summary>
public static class VectorFile
{
    /// <summary>The highest dimension; more is taken for a damaged file.</summary>
    public const int HighestDimension = 1 << 20;

    /// <summary>Reads the vectors of a file.</summary>
    /// <typeparam name="T">float (fvecs), int (ivecs) or byte (bvecs).</typeparam>
    /// <param name="path">The file; where its extension, before .gz or .zst, is one of the three, it must be that of T.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The vectors, read as they are asked for, a new array each.</returns>
    /// <exception cref="ArgumentException">T is another type, or the extension says so.</exception>
    /// <exception cref="MalformedFileException">The dimension is wrong or changes, or the file ends within a vector; with the byte offset after decompression.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static IAsyncEnumerable<T[]> ReadAsync<T>(string path, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CheckExtension<T>(path);
        return ReadFileAsync<T>(path, cancellationToken);
    }

    /// <summary>Reads the vectors of a stream. The stream stays open.</summary>
    /// <typeparam name="T">float (fvecs), int (ivecs) or byte (bvecs).</typeparam>
    /// <param name="stream">The stream, perhaps compressed.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>As for a file.</returns>
    /// <exception cref="ArgumentException">T is another type.</exception>
    /// <exception cref="MalformedFileException">As for a file.</exception>
    public static IAsyncEnumerable<T[]> ReadAsync<T>(Stream stream, string name, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ExtensionOf<T>();
        return ReadStreamAsync<T>(stream, name, cancellationToken);
    }

    /// <summary>Reads the first vectors of a file, or all, into one array.</summary>
    /// <typeparam name="T">float (fvecs), int (ivecs) or byte (bvecs).</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="limit">How many vectors at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>vectors x dimension; 0 x 0 of an empty file.</returns>
    /// <exception cref="ArgumentException">As for <see cref="ReadAsync{T}(string, CancellationToken)"/>.</exception>
    /// <exception cref="MalformedFileException">As for <see cref="ReadAsync{T}(string, CancellationToken)"/>, or they have more elements than an array can.</exception>
    public static async Task<NpyArray> LoadAsync<T>(string path, int limit = int.MaxValue, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        CheckExtension<T>(path);
        T[] elements = [];
        int count = 0;
        int dimension = 0;
        await using BinarySource source = await BinarySource.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        var reader = new VectorReader<T>(source);
        while (count < limit && await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } vector)
        {
            dimension = vector.Length;
            long needed = (count + 1L) * dimension;
            if (needed > Array.MaxLength)
                throw source.Error($"at most {Array.MaxLength} elements (name a limit)", "more");
            if (needed > elements.Length)
                Array.Resize(ref elements, (int)Math.Min(Math.Max(2L * elements.Length, needed), Array.MaxLength));
            vector.CopyTo(elements.AsSpan(count * dimension));
            count++;
        }

        Array.Resize(ref elements, count * dimension);
        return NpyArray.Of(elements, count, dimension);
    }

    /// <summary>Writes vectors to a file, under a temporary name first; compressed if the name ends with .gz or .zst.</summary>
    /// <typeparam name="T">float (fvecs), int (ivecs) or byte (bvecs).</typeparam>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="vectors">The vectors, all of one dimension from 1 to <see cref="HighestDimension"/>.</param>
    /// <param name="cancellationToken">Cancels; the old file, if any, stays.</param>
    /// <exception cref="ArgumentException">T is another type, the extension says so, or the dimension is wrong or changes.</exception>
    public static Task SaveAsync<T>(string path, IEnumerable<T[]> vectors, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(vectors);
        CheckExtension<T>(path);
        return AtomicFile.WriteAsync(
            path,
            async (target, token) =>
            {
                await using Stream stream = CompressedFile.CompressFor(path, target);
                byte[] bytes = [];
                foreach (T[] vector in vectors)
                {
                    if (vector.Length is < 1 or > HighestDimension || (bytes.Length > 0 && bytes.Length != RowBytes<T>(vector.Length)))
                        throw new ArgumentException(
                            $"A vector has {vector.Length} elements: all have as many, 1 to {HighestDimension}.",
                            nameof(vectors)
                        );
                    if (bytes.Length == 0)
                        bytes = new byte[RowBytes<T>(vector.Length)];
                    BinaryPrimitives.WriteInt32LittleEndian(bytes, vector.Length);
                    MemoryMarshal.AsBytes(vector.AsSpan()).CopyTo(bytes.AsSpan(4));
                    Swap<T>(bytes.AsSpan(4));
                    await stream.WriteAsync(bytes, token).ConfigureAwait(false);
                }
            },
            cancellationToken
        );
    }

    private static async IAsyncEnumerable<T[]> ReadFileAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : unmanaged
    {
        await using BinarySource source = await BinarySource.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        var reader = new VectorReader<T>(source);
        while (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } vector)
            yield return vector;
    }

    private static async IAsyncEnumerable<T[]> ReadStreamAsync<T>(
        Stream stream,
        string name,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
        where T : unmanaged
    {
        await using BinarySource source = await BinarySource.OfAsync(stream, name, cancellationToken).ConfigureAwait(false);
        var reader = new VectorReader<T>(source);
        while (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } vector)
            yield return vector;
    }

    /// <summary>Reads one vector after the other; only the vectors themselves are new memory.</summary>
    private sealed class VectorReader<T>(BinarySource source)
        where T : unmanaged
    {
        private readonly byte[] _head = new byte[4];
        private byte[] _row = [];
        private int _dimension;

        internal async ValueTask<T[]?> NextAsync(CancellationToken cancellationToken)
        {
            long start = source.Offset;
            if (!await source.TryReadAsync(_head, "the dimension of a vector", cancellationToken).ConfigureAwait(false))
                return null;
            int length = BinaryPrimitives.ReadInt32LittleEndian(_head);
            if (_dimension == 0 ? length is < 1 or > HighestDimension : length != _dimension)
            {
                throw source.Error(
                    _dimension == 0
                        ? string.Create(CultureInfo.InvariantCulture, $"a dimension from 1 to {HighestDimension}")
                        : string.Create(CultureInfo.InvariantCulture, $"the dimension {_dimension} of the vectors before"),
                    string.Create(CultureInfo.InvariantCulture, $"{length}"),
                    start
                );
            }

            if (_dimension == 0)
            {
                _dimension = length;
                _row = new byte[length * Unsafe.SizeOf<T>()];
            }

            await source.ReadAsync(_row, "a vector of the dimension before it", cancellationToken).ConfigureAwait(false);
            Swap<T>(_row);
            return MemoryMarshal.Cast<byte, T>(_row).ToArray();
        }
    }

    private static void Swap<T>(Span<byte> bytes)
    {
        if (BitConverter.IsLittleEndian || typeof(T) == typeof(byte))
            return;
        Span<uint> words = MemoryMarshal.Cast<byte, uint>(bytes);
        BinaryPrimitives.ReverseEndianness(words, words);
    }

    private static int RowBytes<T>(int dimension)
        where T : unmanaged => 4 + dimension * Unsafe.SizeOf<T>();

    private static string ExtensionOf<T>() =>
        typeof(T) == typeof(float) ? ".fvecs"
        : typeof(T) == typeof(int) ? ".ivecs"
        : typeof(T) == typeof(byte) ? ".bvecs"
        : throw new ArgumentException($"Vectors are of float, int or byte, not of {typeof(T).Name}.");

    private static void CheckExtension<T>(string path)
    {
        string own = ExtensionOf<T>();
        string extension = Path.GetExtension(CompressedFile.WithoutCompression(path));
        bool isOther = extension is ".fvecs" or ".ivecs" or ".bvecs" && extension != own;
        if (isOther)
            throw new ArgumentException($"{path} is read as another type than {typeof(T).Name}, whose files end with {own}.", nameof(path));
    }
}
