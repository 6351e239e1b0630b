namespace ResearchKit.Data;

/// <summary>Takes one line of a text file.</summary>
/// <param name="line">The line without its end (LF or CR LF) and without a byte order mark.</param>
/// <param name="number">The number of the line, from 1.</param>
internal delegate void LineHandler(ReadOnlySpan<byte> line, long number);

/// <summary>Walks over the lines of a stream in chunks, without an object a line.</summary>
internal static class TextLines
{
    /// <summary>The longest line: an adjacency row of some 30 million ids.</summary>
    private const int LongestLine = 1 << 28;

    internal static async Task ReadAsync(Stream stream, string name, LineHandler handle, CancellationToken cancellationToken)
    {
        var lines = new LineReader(stream, name, LongestLine);
        while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false))
            handle(lines.Line.Span, lines.Number);
    }
}
