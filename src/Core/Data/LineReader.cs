namespace ResearchKit.Data;

/// <summary>Gives the lines of a stream one after the other, without an object a line.</summary>
internal sealed class LineReader(Stream stream, string name, int longestLine)
{
    private const int ChunkBytes = 1 << 17;

    private byte[] _buffer = new byte[2 * ChunkBytes];
    private int _start;
    private int _searched;
    private int _end;
    private bool _ended;

    /// <summary>The line without its end (LF or CR LF) and without a byte order mark; valid until the next is read.</summary>
    internal ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>The number of the line, from 1.</summary>
    internal long Number { get; private set; }

    /// <summary>Goes to the next line; false at the end.</summary>
    internal ValueTask<bool> ReadAsync(CancellationToken cancellationToken) =>
        TryTake() ? ValueTask.FromResult(true) : FillAndTakeAsync(cancellationToken);

    private bool TryTake()
    {
        int lineFeed = _buffer.AsSpan(_searched.._end).IndexOf((byte)'\n');
        if (lineFeed < 0)
        {
            _searched = _end;
            return false;
        }

        int end = _searched + lineFeed;
        Take(end);
        _start = _searched = end + 1;
        return true;
    }

    private async ValueTask<bool> FillAndTakeAsync(CancellationToken cancellationToken)
    {
        while (!_ended)
        {
            int pending = _end - _start;
            if (pending > longestLine)
                throw new MalformedFileException(name, $"a line of at most {longestLine} bytes", "a longer one", Number + 1);
            if (_buffer.Length - _end < ChunkBytes)
            {
                byte[] larger = pending > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
                _buffer.AsSpan(_start, pending).CopyTo(larger);
                (_buffer, _start, _searched, _end) = (larger, 0, pending, pending);
            }

            cancellationToken.ThrowIfCancellationRequested();
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _ended = read == 0;
            _end += read;
            if (TryTake())
                return true;
        }

        if (_end == _start)
            return false;
        Take(_end);
        _start = _searched = _end;
        return true;
    }

    private void Take(int end)
    {
        ReadOnlyMemory<byte> line = _buffer.AsMemory(_start..end);
        Number++;
        if (Number == 1 && line.Span.StartsWith("\uFEFF"u8))
            line = line[3..];
        Line = line.Span is [.., (byte)'\r'] ? line[..^1] : line;
    }
}
