using System.Buffers.Binary;
using System.IO.Hashing;

namespace ResearchKit.Simulation;

/// <summary>
/// What happened in a run, in order: append-only and hashed. Two runs are equal if and only if their hashes are (XxHash128: against accidents, not against
/// an adversary). With a stream the log is stored as well, and <see cref="ReadAsync(string, CancellationToken)"/> gives the events back for a replay; <see cref="Following"/> makes a log
/// that stops a second run at the first event that differs.
/// </summary>
/// <remarks>
/// Format: the 8 bytes <c>RKEVLOG1</c>, then for each event, little-endian: time in ns (8), sequence (8), kind (4), node (4), payload (4), length of the detail
/// (4), detail. The hash is that of all these bytes, the first 8 included. Not thread-safe.
/// </remarks>
public sealed partial class EventLog : IDisposable
{
    internal const int FixedBytes = 32;

    /// <summary>The longest detail of one event: 16 MiB.</summary>
    public const int LongestDetail = 1 << 24;

    private const int BufferBytes = 1 << 16;

    private readonly XxHash128 _hash = new();
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly IEnumerator<LoggedEvent>? _expected;
    private readonly bool _leaveOpen;
    private Stream? _store;
    private int _used;

    /// <summary>An empty log.</summary>
    /// <param name="store">Where to write the events as well; nowhere by default.</param>
    /// <param name="leaveOpen">Whether the stream stays open when the log is disposed.</param>
    public EventLog(Stream? store = null, bool leaveOpen = false)
        : this(store, leaveOpen, null) { }

    private EventLog(Stream? store, bool leaveOpen, IEnumerator<LoggedEvent>? expected)
    {
        _store = store;
        _leaveOpen = leaveOpen;
        _expected = expected;
        Magic.CopyTo(_buffer);
        _used = Magic.Length;
    }

    internal static ReadOnlySpan<byte> Magic => "RKEVLOG1"u8;

    /// <summary>How many events have been appended.</summary>
    public long Count { get; private set; }

    /// <summary>Why the stored log is incomplete: the error of the stream, after which nothing more was stored. Hash and count go on. Null if all was stored.</summary>
    public IOException? StoreFailure { get; private set; }

    /// <summary>The hash of everything so far: 32 lower-case hexadecimal digits. May be asked at any time.</summary>
    public string Hash
    {
        get
        {
            Flush();
            return Convert.ToHexStringLower(_hash.GetCurrentHash());
        }
    }

    /// <summary>A log for a second run of the same simulation, which must do what the first did.</summary>
    /// <param name="expected">The events of the first run, for example from <see cref="ReadAsync(string, CancellationToken)"/>.</param>
    /// <returns>The log; <see cref="Append(in SimulationEvent, ReadOnlySpan{byte})"/> throws at the first event that differs.</returns>
    public static EventLog Following(IEnumerable<LoggedEvent> expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return new(null, false, expected.GetEnumerator());
    }

    /// <summary>Appends an event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="detail">What belongs to it: results, which thereby become part of the hash.</param>
    /// <exception cref="ArgumentException"><paramref name="detail"/> is longer than <see cref="LongestDetail"/>.</exception>
    /// <exception cref="ReplayDivergedException">The log follows another one, whose event here is different.</exception>
    public void Append(in SimulationEvent happened, ReadOnlySpan<byte> detail = default)
    {
        if (detail.Length > LongestDetail)
        {
            throw new ArgumentException($"The detail of an event has {detail.Length} bytes; at most {LongestDetail}.", nameof(detail));
        }

        if (_expected is not null)
        {
            LoggedEvent? first = _expected.MoveNext() ? _expected.Current : null;
            if (first is null || !first.Matches(happened, detail))
            {
                throw new ReplayDivergedException(Count, first?.Event, happened);
            }
        }

        if (_buffer.Length - _used < FixedBytes + detail.Length)
        {
            Flush();
        }

        Span<byte> record = _buffer.AsSpan(_used, FixedBytes);
        BinaryPrimitives.WriteInt64LittleEndian(record, happened.Time.Nanoseconds);
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], happened.Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(record[16..], happened.Kind);
        BinaryPrimitives.WriteInt32LittleEndian(record[20..], happened.Node);
        BinaryPrimitives.WriteInt32LittleEndian(record[24..], happened.Payload);
        BinaryPrimitives.WriteInt32LittleEndian(record[28..], detail.Length);
        _used += FixedBytes;
        Count++;
        if (detail.Length <= _buffer.Length - _used)
        {
            detail.CopyTo(_buffer.AsSpan(_used));
            _used += detail.Length;
        }
        else
        {
            Flush();
            Pass(detail);
        }
    }

    /// <summary>Says that the run is over: a log that follows another one must have come to its end.</summary>
    /// <exception cref="ReplayDivergedException">The first run went on.</exception>
    public void Complete()
    {
        if (_expected is not null && _expected.MoveNext())
        {
            throw new ReplayDivergedException(Count, _expected.Current.Event, null);
        }

        Flush();
        Store(static store => store.Flush());
    }

    /// <summary>Writes what is buffered and, unless told otherwise, closes the stream.</summary>
    public void Dispose()
    {
        Flush();
        _expected?.Dispose();
        if (!_leaveOpen)
        {
            Store(static store => store.Dispose());
        }

        _store = null;
    }

    private void Flush()
    {
        Pass(_buffer.AsSpan(0, _used));
        _used = 0;
    }

    private void Pass(ReadOnlySpan<byte> bytes)
    {
        _hash.Append(bytes);
        if (_store is null)
        {
            return;
        }

        try
        {
            _store.Write(bytes);
        }
        catch (IOException failure)
        {
            // A full disk does not end a simulation of hours: the run goes on, and its result says that the stored log is cut.
            (StoreFailure, _store) = (failure, null);
        }
    }

    private void Store(Action<Stream> act)
    {
        if (_store is { } store)
        {
            try
            {
                act(store);
            }
            catch (IOException failure)
            {
                (StoreFailure, _store) = (failure, null);
            }
        }
    }
}
