using System.Text;
using System.Text.Json;

namespace ResearchKit.Audit;

/// <summary>
/// What was asked and what was answered, on disk before anything else happens: a question is written before it is sent, so that an audit that was killed never asks it again. One JSON object a line, only ever appended to.
/// </summary>
public sealed class QueryLedger : IAsyncDisposable
{
    private readonly FileStream _stream;
    private readonly HashSet<long> _asked = [];
    private readonly Dictionary<long, double> _answers = [];

    private QueryLedger(FileStream stream) => _stream = stream;

    /// <summary>The rows that were asked about, answered or not.</summary>
    public IReadOnlySet<long> Asked => _asked;

    /// <summary>The answers, by row.</summary>
    public IReadOnlyDictionary<long, double> Answers => _answers;

    /// <summary>Opens a ledger, or begins one. A last line that was cut off is removed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="audit">What identifies the audit: endpoint, table, seed. A ledger of another audit is refused.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="AuditException">The ledger belongs to another audit.</exception>
    /// <exception cref="MalformedFileException">A line is no entry.</exception>
    /// <exception cref="IOException">Another process has it open.</exception>
    public static async Task<QueryLedger> OpenAsync(string path, string audit, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(audit);
        FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            QueryLedger ledger = new(stream);
            await ledger.ReadAsync(path, audit, cancellationToken).ConfigureAwait(false);
            return ledger;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Writes down that a row is about to be asked about.</summary>
    /// <param name="row">The row.</param>
    /// <exception cref="InvalidOperationException">It was asked about before.</exception>
    public void Ask(long row)
    {
        if (!_asked.Add(row))
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"Row {row} was asked about before; a question is never repeated.")
            );
        }
        Append(new Entry { Asked = row });
    }

    /// <summary>Writes down an answer.</summary>
    /// <param name="row">The row.</param>
    /// <param name="score">The answer.</param>
    public void Answer(long row, double score)
    {
        _answers[row] = score;
        Append(new Entry { Row = row, Score = score });
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task ReadAsync(string path, string audit, CancellationToken cancellationToken)
    {
        byte[] content = new byte[_stream.Length];
        await _stream.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
        int whole = Array.LastIndexOf(content, (byte)'\n') + 1;
        long line = 0;
        for (int start = 0; start < whole; )
        {
            int end = Array.IndexOf(content, (byte)'\n', start);
            Entry entry = Parse(content.AsSpan(start, end - start), path, ++line);
            if (line == 1 && entry.Audit != audit)
            {
                throw new AuditException(
                    AuditErrors.LedgerMismatch,
                    $"The ledger {path} belongs to another audit (another endpoint, table, budget or seed).",
                    "Name another ledger, or repeat the audit with the values it was begun with."
                );
            }
            if (entry.Asked is { } asked)
            {
                _asked.Add(asked);
            }
            if (entry is { Row: { } row, Score: { } score })
            {
                _answers[row] = score;
            }
            start = end + 1;
        }
        _stream.SetLength(whole);
        _stream.Position = whole;
        if (whole == 0)
        {
            Append(new Entry { Audit = audit });
        }
    }

    private static Entry Parse(ReadOnlySpan<byte> text, string path, long line)
    {
        try
        {
            return JsonSerializer.Deserialize<Entry>(text, Options) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new MalformedFileException(
                path,
                "an entry of a ledger of queries",
                Encoding.UTF8.GetString(text),
                line,
                innerException: e
            );
        }
    }

    private void Append(Entry entry)
    {
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(entry, Options);
        _stream.Write([.. text, (byte)'\n']);
        _stream.Flush(flushToDisk: true);
    }

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private sealed class Entry
    {
        public string? Audit { get; init; }

        public long? Asked { get; init; }

        public long? Row { get; init; }

        public double? Score { get; init; }
    }
}
