namespace ResearchKit.Data;

/// <summary>Takes one line of a text file.</summary>
/// <param name="line">The line without its end (LF or CR LF) and without a byte order mark.</param>
/// <param name="number">The number of the line, from 1.</param>
internal delegate void LineHandler(ReadOnlySpan<byte> line, long number);

/// <summary>Walks over the lines of a stream in chunks, without an object a line.</summary>
internal static class TextLines
{
    private const int ChunkBytes = 1 << 17;

    /// <summary>The longest line: an adjacency row of some 30 million ids.</summary>
    private const int LongestLine = 1 << 28;

    internal static async Task ReadAsync(Stream stream, string name, LineHandler handle, CancellationToken ct)
    {
        var buffer = new byte[2 * ChunkBytes];
        int start = 0;
        int end = 0;
        long number = 0;
        while (true)
        {
            if (buffer.Length - end < ChunkBytes)
            {
                int pending = end - start;
                if (pending > LongestLine)
                    throw new MalformedFileException(name, $"a line of at most {LongestLine} bytes", "a longer one", number + 1);
                byte[] larger = pending > buffer.Length / 2 ? new byte[buffer.Length * 2] : buffer;
                buffer.AsSpan(start, pending).CopyTo(larger);
                (buffer, start, end) = (larger, 0, pending);
            }

            ct.ThrowIfCancellationRequested();
            int read = await stream.ReadAsync(buffer.AsMemory(end), ct).ConfigureAwait(false);
            if (read == 0)
                break;
            int searched = end;
            end += read;
            int lineFeed;
            while ((lineFeed = buffer.AsSpan(searched..end).IndexOf((byte)'\n')) >= 0)
            {
                Handle(buffer.AsSpan(start..(searched + lineFeed)), ++number, handle);
                searched += lineFeed + 1;
                start = searched;
            }
        }

        if (end > start)
            Handle(buffer.AsSpan(start..end), ++number, handle);
    }

    private static void Handle(ReadOnlySpan<byte> line, long number, LineHandler handle)
    {
        if (number == 1 && line.StartsWith("\uFEFF"u8))
            line = line[3..];
        if (line is [.., (byte)'\r'])
            line = line[..^1];
        handle(line, number);
    }
}
