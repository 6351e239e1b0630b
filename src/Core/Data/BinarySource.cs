using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ResearchKit.Data;

/// <summary>
/// Reads a binary file from its start to its end, decompressed if it is compressed, and knows the offset of each error. Arrays grow with what really comes: a header
/// that promises terabytes costs no more memory than the file behind it.
/// </summary>
internal sealed class BinarySource : IAsyncDisposable
{
    private const int FirstPiece = 1 << 20;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly long _plausible;
    private readonly long? _outerOffset;
    private int _next;
    private int _end;

    private BinarySource(Stream stream, string name, long plausible, long? outerOffset)
    {
        _stream = stream;
        Name = name;
        _plausible = plausible;
        _outerOffset = outerOffset;
    }

    internal string Name { get; }

    /// <summary>How many bytes have been read: the offset, after decompression, of what comes next.</summary>
    internal long Offset { get; private set; }

    internal static async Task<BinarySource> OpenAsync(string path, CancellationToken cancellationToken)
    {
        Stream stream = await CompressedFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        // Data are rarely compressed to less than an eighth: below that an array is allocated at once, above it grows.
        return new BinarySource(stream, path, 8 * new FileInfo(path).Length, outerOffset: null);
    }

    /// <summary>The content of a stream, which stays open.</summary>
    internal static async Task<BinarySource> OfAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new BinarySource(
            await CompressedFile.DecompressAsync(stream, leaveOpen: true, cancellationToken).ConfigureAwait(false),
            name,
            FirstPiece,
            outerOffset: null
        );
    }

    /// <summary>A part that was compressed by itself; errors name its offset in the file.</summary>
    internal static BinarySource Inside(Stream decompressed, string name, long outerOffset) =>
        new(decompressed, name, FirstPiece, outerOffset);

    /// <summary>An error at an offset, by default where the reader stands.</summary>
    internal MalformedFileException Error(string expected, string found, long? offset = null, Exception? cause = null)
    {
        long at = offset ?? Offset;
        return _outerOffset is null
            ? new MalformedFileException(Name, expected, found, byteOffset: at, innerException: cause)
            : new MalformedFileException(
                Name,
                string.Create(CultureInfo.InvariantCulture, $"{expected} at byte {at} of the compressed element"),
                found,
                byteOffset: _outerOffset,
                innerException: cause
            );
    }

    /// <summary>Fills the target; false if the source ends before its first byte, an error if it ends within.</summary>
    internal async ValueTask<bool> TryReadAsync(Memory<byte> target, string expected, CancellationToken cancellationToken)
    {
        long start = Offset;
        int filled = 0;
        while (filled < target.Length)
        {
            int read = await ReadSomeAsync(target[filled..], cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return filled == 0
                    ? false
                    : throw Error(
                        expected,
                        string.Create(CultureInfo.InvariantCulture, $"the end after {filled} of {target.Length} bytes"),
                        start
                    );
            }

            filled += read;
        }

        return true;
    }

    /// <summary>Fills the target; an error if the source ends.</summary>
    internal async ValueTask ReadAsync(Memory<byte> target, string expected, CancellationToken cancellationToken)
    {
        if (!await TryReadAsync(target, expected, cancellationToken).ConfigureAwait(false) && target.Length > 0)
            throw Error(expected, "the end of the file");
    }

    /// <summary>Reads elements as they lie in memory; the caller swaps bytes where needed.</summary>
    internal async Task<T[]> ReadElementsAsync<T>(long count, string expected, CancellationToken cancellationToken)
        where T : unmanaged
    {
        if (count > Array.MaxLength)
            throw Error(string.Create(CultureInfo.InvariantCulture, $"at most {Array.MaxLength} elements"), $"{count}");
        int size = Unsafe.SizeOf<T>();
        var elements = new T[Math.Min(count, Math.Max(FirstPiece, _plausible) / size)];
        byte[] piece = typeof(T) == typeof(byte) ? (byte[])(object)elements : new byte[(int)Math.Min(count * size, _buffer.Length)];
        int filled = 0;
        while (filled < count)
        {
            if (filled == elements.Length)
            {
                Array.Resize(ref elements, (int)Math.Min(count, Math.Min(2L * filled, Array.MaxLength)));
                piece = typeof(T) == typeof(byte) ? (byte[])(object)elements : piece;
            }

            if (typeof(T) == typeof(byte))
            {
                int taken = Math.Min(elements.Length - filled, FirstPiece);
                await ReadAsync(piece.AsMemory(filled, taken), expected, cancellationToken).ConfigureAwait(false);
                filled += taken;
            }
            else
            {
                int taken = Math.Min(elements.Length - filled, piece.Length / size);
                await ReadAsync(piece.AsMemory(0, taken * size), expected, cancellationToken).ConfigureAwait(false);
                piece.AsSpan(0, taken * size).CopyTo(MemoryMarshal.AsBytes(elements.AsSpan(filled, taken)));
                filled += taken;
            }
        }

        return elements;
    }

    /// <summary>Reads past so many bytes, which must be there.</summary>
    internal async Task SkipAsync(long bytes, string expected, CancellationToken cancellationToken)
    {
        while (bytes > 0)
        {
            if (_next == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
                throw Error(expected, "the end of the file");
            int skipped = (int)Math.Min(bytes, _end - _next);
            _next += skipped;
            Offset += skipped;
            bytes -= skipped;
        }
    }

    /// <summary>An error unless everything has been read.</summary>
    internal async Task ExpectEndAsync(CancellationToken cancellationToken)
    {
        if (_next < _end || await FillAsync(cancellationToken).ConfigureAwait(false))
            throw Error("the end of the file", "more bytes");
    }

    /// <summary>Reads what is there at once, at least one byte unless the source has ended.</summary>
    internal async ValueTask<int> ReadSomeAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        if (_next == _end)
        {
            if (target.Length >= _buffer.Length)
            {
                int direct = await GuardedReadAsync(target, cancellationToken).ConfigureAwait(false);
                Offset += direct;
                return direct;
            }

            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
                return 0;
        }

        int taken = Math.Min(target.Length, _end - _next);
        _buffer.AsSpan(_next, taken).CopyTo(target.Span);
        _next += taken;
        Offset += taken;
        return taken;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _next = 0;
        _end = await GuardedReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
        return _end > 0;
    }

    private async ValueTask<int> GuardedReadAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await _stream.ReadAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (CompressedFile.IsDamage(e))
        {
            throw Error("whole compressed data", e.Message, cause: e);
        }
    }
}
