using System.Buffers.Binary;

namespace ResearchKit.Data;

/// <summary>
/// Walks the structures of a Parquet file (footer, column chunks, page headers) before its reader does: the reader believes the counts it finds, and on damaged bytes may
/// count to two thousand million, or take as much memory.
/// </summary>
internal static class ParquetStructure
{
    private const int Magic = 0x31524150; // PAR1
    private const int TailBytes = 8;
    private const int UsualHeader = 1 << 12;
    private const int LargestHeader = 1 << 20;

    // Field numbers of parquet.thrift.
    private const int RowGroups = 4;
    private const int Columns = 1;
    private const int ColumnMetadata = 3;
    private const int CompressedSize = 7;
    private const int DataPageOffset = 9;
    private const int DictionaryPageOffset = 11;
    private const int PageUncompressedSize = 2;
    private const int PageCompressedSize = 3;

    /// <summary>Checks a file; the stream stands at its start afterwards.</summary>
    /// <param name="stream">The file; it can seek.</param>
    /// <param name="name">Its name in errors.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">The structures do not fit into the file.</exception>
    public static async Task CheckAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        const long start = 0; // offsets in the file count from the start of the stream
        long length = stream.Length - start;
        if (length < 4 + TailBytes)
            throw Malformed(name, 0, $"{length} bytes");
        byte[] tail = await ReadAsync(stream, start + length - TailBytes, TailBytes, cancellationToken).ConfigureAwait(false);
        if (BinaryPrimitives.ReadInt32LittleEndian(tail.AsSpan(4)) != Magic)
            throw Malformed(name, length - 4, "no PAR1 at the end");
        int footer = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (footer < 0 || footer > length - 4 - TailBytes)
            throw Malformed(name, length - TailBytes, $"a footer of {footer} bytes in a file of {length}");
        long footerStart = length - TailBytes - footer;
        byte[] metadata = await ReadAsync(stream, start + footerStart, footer, cancellationToken).ConfigureAwait(false);
        foreach ((long First, long Bytes) chunk in Chunks(metadata, footerStart, name))
            await CheckPagesAsync(stream, start, chunk, footerStart, name, cancellationToken).ConfigureAwait(false);
        stream.Position = start;
    }

    private static List<(long First, long Bytes)> Chunks(byte[] metadata, long footerStart, string name)
    {
        List<(long, long)> chunks = [];
        foreach (object? group in Items(Structure(metadata, ParquetShapes.FileMetaData, footerStart, name, out _), RowGroups))
        {
            foreach (object? column in Items(group, Columns))
            {
                Dictionary<int, object?>? chunk = Field(column, ColumnMetadata) as Dictionary<int, object?>;
                long first = Number(chunk, DataPageOffset);
                long dictionary = Number(chunk, DictionaryPageOffset);
                first = dictionary > 0 ? Math.Min(first, dictionary) : first;
                long bytes = Number(chunk, CompressedSize);
                if (first < 4 || bytes < 0 || bytes > footerStart - first)
                    throw Malformed(name, footerStart, $"a column of {bytes} bytes at {first}");
                chunks.Add((first, bytes));
            }
        }

        return chunks;
    }

    private static async Task CheckPagesAsync(
        Stream stream,
        long start,
        (long First, long Bytes) chunk,
        long footerStart,
        string name,
        CancellationToken cancellationToken
    )
    {
        long end = chunk.First + chunk.Bytes;
        for (long at = chunk.First; at < end; )
        {
            (Dictionary<int, object?> page, int headerBytes) = await PageHeaderAsync(
                    stream,
                    start,
                    at,
                    footerStart,
                    name,
                    cancellationToken
                )
                .ConfigureAwait(false);
            long compressed = Number(page, PageCompressedSize);
            long uncompressed = Number(page, PageUncompressedSize);
            if (compressed < 0 || compressed > end - at - headerBytes || uncompressed is < 0 or > int.MaxValue)
                throw Malformed(name, at, $"a page of {compressed} bytes, {uncompressed} unpacked");
            at += headerBytes + compressed;
        }
    }

    /// <summary>A page header; most take a few dozen bytes, one with long statistics takes more.</summary>
    private static async Task<(Dictionary<int, object?> Header, int Bytes)> PageHeaderAsync(
        Stream stream,
        long start,
        long at,
        long footerStart,
        string name,
        CancellationToken cancellationToken
    )
    {
        int most = (int)Math.Min(LargestHeader, footerStart - at);
        int few = Math.Min(most, UsualHeader);
        try
        {
            return (
                Structure(
                    await ReadAsync(stream, start + at, few, cancellationToken).ConfigureAwait(false),
                    ParquetShapes.PageHeader,
                    at,
                    name,
                    out int bytes
                ),
                bytes
            );
        }
        catch (MalformedFileException) when (few < most)
        {
            return (
                Structure(
                    await ReadAsync(stream, start + at, most, cancellationToken).ConfigureAwait(false),
                    ParquetShapes.PageHeader,
                    at,
                    name,
                    out int bytes
                ),
                bytes
            );
        }
    }

    private static Dictionary<int, object?> Structure(byte[] bytes, string structure, long at, string name, out int length)
    {
        try
        {
            CompactThrift thrift = new(bytes);
            Dictionary<int, object?> fields = thrift.ReadStructure(structure);
            length = thrift.Position;
            return fields;
        }
        catch (FormatException e)
        {
            throw Malformed(name, at, e.Message, e);
        }
    }

    private static object? Field(object? structure, int field) => (structure as Dictionary<int, object?>)?.GetValueOrDefault(field);

    private static object?[] Items(object? structure, int field) => Field(structure, field) as object?[] ?? [];

    private static long Number(object? structure, int field) => Field(structure, field) is long value ? value : 0;

    private static async Task<byte[]> ReadAsync(Stream stream, long at, int count, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[count];
        stream.Position = at;
        await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    private static MalformedFileException Malformed(string name, long at, string found, Exception? cause = null) =>
        new(name, "a whole Parquet file", found, byteOffset: at, innerException: cause);
}
