using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace ResearchKit.Agents;

/// <summary>Reads an event stream (WHATWG, server-sent events). A line is at most 1 MiB, so that a stranger cannot fill the memory.</summary>
/// <param name="stream">The bytes.</param>
/// <param name="longestLine">The longest line, in bytes.</param>
public sealed class EventStreamReader(Stream stream, int longestLine = EventStreamReader.LongestLine)
{
    /// <summary>The default bound on a line: 1 MiB.</summary>
    public const int LongestLine = 1 << 20;

    /// <summary>How long the server asks to wait before a reconnection; null if it does not.</summary>
    public TimeSpan? Retry { get; private set; }

    /// <summary>The events, in order.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">A line is too long (<see cref="AgentErrors.Unreachable"/>).</exception>
    public async IAsyncEnumerable<EventStreamItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        SseParser<string> parser = SseParser.Create(new LineBound(stream, longestLine));
        await foreach (SseItem<string> item in parser.EnumerateAsync(cancellationToken))
        {
            Retry = item.ReconnectionInterval ?? Retry;
            // The parser of .NET gives an empty type for an empty "event:" line; the standard says "message".
            yield return new EventStreamItem(string.IsNullOrEmpty(item.EventType) ? "message" : item.EventType, item.EventId, item.Data);
        }
    }

    private sealed class LineBound(Stream inner, int most) : Stream
    {
        private int _line;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await inner.ReadAsync(buffer, cancellationToken);
            return Seen(buffer.Span[..read]);
        }

        public override int Read(byte[] buffer, int offset, int count) => Seen(buffer.AsSpan(offset, inner.Read(buffer, offset, count)));

        private int Seen(ReadOnlySpan<byte> bytes)
        {
            int last = bytes.LastIndexOfAny((byte)'\n', (byte)'\r');
            int first = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            int ended = first < 0 ? bytes.Length : first;
            if (_line + ended > most)
            {
                throw new ResearchKitException(
                    AgentErrors.Unreachable,
                    $"A line of the event stream has more than {most} bytes.",
                    "The server is broken or hostile: leave it, or raise the bound."
                );
            }
            _line = last < 0 ? _line + bytes.Length : bytes.Length - last - 1;
            return bytes.Length;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
