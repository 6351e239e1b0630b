using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Text;
using System.Threading.Channels;

namespace ResearchKit.Experiments;

/// <summary>
/// Appends rows to one journal file that no other process writes. Cells may run in parallel; the rows of one cell are appended one after another.
/// One queue feeds one writing task; each batch is one write call that ends with a line. After a failed write nothing is ever written again: a later line could be glued to a torn one.
/// </summary>
public sealed class JournalWriter : IAsyncDisposable
{
    private const int QueueLength = 4096;

    private readonly Channel<JournalEntry> queue = Channel.CreateBounded<JournalEntry>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true, AllowSynchronousContinuations = false }
    );

    private readonly ConcurrentDictionary<string, OpenCell> open = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<RowFormatter> formatters = [];
    private readonly CancellationTokenSource broken = new();
    private readonly RowSchema schema;
    private readonly TimeProvider clock;
    private readonly JournalSink sink;
    private readonly string remedy;
    private readonly Task writing;
    private volatile ResearchKitException? failure;

    internal JournalWriter(
        string id,
        string path,
        Stream stream,
        ExperimentInfo experiment,
        RowSchema schema,
        Durability durability,
        TimeProvider clock,
        string remedy
    )
    {
        (Id, Path, this.schema, this.clock, this.remedy) = (id, path, schema, clock, remedy);
        sink = new JournalSink(stream, durability, clock);
        Broken = broken.Token;
        queue.Writer.TryWrite(
            new JournalEntry(Encoding.UTF8.GetBytes(JournalText.Head(experiment, RowFormatter.Columns(schema), id)), null)
        );
        writing = Task.Run(WriteAllAsync);
    }

    /// <summary>The id: the name of the file without its ending.</summary>
    public string Id { get; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Cancelled when a write has failed: cells that still run measure in vain.</summary>
    public CancellationToken Broken { get; }

    /// <summary>Begins a cell.</summary>
    /// <param name="key">The key of the cell.</param>
    /// <param name="attempt">1 for the first attempt.</param>
    /// <exception cref="InvalidOperationException">The cell is already open in this writer.</exception>
    /// <exception cref="ResearchKitException">RK3001: a write failed, now or before.</exception>
    public async Task BeginAsync(string key, int attempt)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        if (!open.TryAdd(key, new OpenCell(attempt, clock.GetTimestamp())))
        {
            throw new InvalidOperationException($"The cell {key} is already open in {Path}.");
        }

        await EnqueueAsync(Line(JournalText.Begin(key, attempt, clock.GetUtcNow())), null);
    }

    /// <summary>Appends a row to an open cell.</summary>
    /// <param name="key">The key of the cell.</param>
    /// <param name="row">The row record.</param>
    /// <exception cref="ArgumentException">A text of the row has line breaks.</exception>
    /// <exception cref="InvalidOperationException">The cell is not open.</exception>
    /// <exception cref="ResearchKitException">RK3001: a write failed, now or before.</exception>
    public ValueTask AppendAsync(string key, object row)
    {
        OpenCell cell = Find(key);
        RowFormatter formatter = formatters.TryTake(out RowFormatter? free) ? free : new RowFormatter(schema);
        byte[] line;
        try
        {
            line = formatter.Line(key, cell.Rows, row);
        }
        catch
        {
            // It holds the fields before the one that was refused.
            formatter.Dispose();
            throw;
        }

        formatters.Add(formatter);
        cell.Rows++;
        cell.Hash.Append(line);
        return EnqueueAsync(line, null);
    }

    /// <summary>Ends a cell: when this returns, it is done.</summary>
    /// <param name="key">The key of the cell.</param>
    /// <exception cref="InvalidOperationException">The cell is not open.</exception>
    /// <exception cref="ResearchKitException">RK3001: a write failed, now or before.</exception>
    public Task<double> EndAsync(string key) => EndAsync(key, []);

    /// <summary>Records that a cell failed; what it appended does not count.</summary>
    /// <param name="key">The key of the cell.</param>
    /// <param name="exception">Why.</param>
    /// <exception cref="InvalidOperationException">The cell is not open.</exception>
    /// <exception cref="ResearchKitException">RK3001: a write failed, now or before.</exception>
    public async Task FailAsync(string key, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        OpenCell cell = Close(key);
        await WrittenAsync(Line(JournalText.Fail(key, cell.Attempt, clock.GetUtcNow(), exception)), isEnd: false);
    }

    /// <summary>Forgets an open cell, whose rows stay uncommitted.</summary>
    /// <param name="key">The key of the cell.</param>
    public void Abandon(string key) => open.TryRemove(key, out _);

    /// <summary>Writes what is queued, makes it durable and closes the file.</summary>
    /// <exception cref="ResearchKitException">RK3001: a write failed, now or before.</exception>
    public async Task CompleteAsync()
    {
        await DisposeAsync();
        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <summary>Writes what is queued and closes the file; a failed write is told by the calls that waited for it, or by <see cref="CompleteAsync"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await writing;
        while (formatters.TryTake(out RowFormatter? formatter))
        {
            formatter.Dispose();
        }
    }

    /// <summary>Ends a cell that kept files.</summary>
    /// <param name="key">The key of the cell.</param>
    /// <param name="artifacts">The files.</param>
    /// <param name="measured">How long it took, if it was measured elsewhere; null for the time since its begin.</param>
    /// <returns>How long it took, in milliseconds.</returns>
    internal async Task<double> EndAsync(string key, IReadOnlyList<Artifact> artifacts, double? measured = null)
    {
        OpenCell cell = Close(key);
        double milliseconds = measured ?? clock.GetElapsedTime(cell.Started).TotalMilliseconds;
        string hash = Convert.ToHexStringLower(cell.Hash.GetCurrentHash());
        await WrittenAsync(Line(JournalText.End(key, cell.Attempt, cell.Rows, hash, milliseconds, artifacts)), isEnd: true);
        return milliseconds;
    }

    private static byte[] Line(string text) => Encoding.UTF8.GetBytes(text);

    private OpenCell Find(string key) =>
        open.TryGetValue(key, out OpenCell? cell) ? cell : throw new InvalidOperationException($"The cell {key} is not open in {Path}.");

    private OpenCell Close(string key) =>
        open.TryRemove(key, out OpenCell? cell) ? cell : throw new InvalidOperationException($"The cell {key} is not open in {Path}.");

    private async Task WrittenAsync(byte[] line, bool isEnd)
    {
        TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await EnqueueAsync(line, written, isEnd);
        await written.Task;
    }

    private async ValueTask EnqueueAsync(byte[] line, TaskCompletionSource? written, bool isEnd = false)
    {
        try
        {
            JournalEntry entry = new(line, written, isEnd);
            if (!queue.Writer.TryWrite(entry))
            {
                await queue.Writer.WriteAsync(entry);
            }
        }
        catch (ChannelClosedException e)
        {
            throw failure ?? (Exception)new ObjectDisposedException($"The journal {Path} is closed.", e);
        }
    }

    private async Task WriteAllAsync()
    {
        List<TaskCompletionSource> waiting = [];
        try
        {
            while (await sink.WaitAsync(queue.Reader))
            {
                sink.WriteBatch(queue.Reader, waiting);
                waiting.ForEach(w => w.SetResult());
                waiting.Clear();
            }

            sink.Close();
        }
        catch (Exception e)
        {
            // Whatever a write throws (a file-size limit surfaces as ArgumentOutOfRangeException) ends the journal, and everyone who waits is told.
            await BreakAsync(StoreErrors.NotWritten(Path, remedy, e), waiting);
        }
    }

    private async Task BreakAsync(ResearchKitException error, List<TaskCompletionSource> waiting)
    {
        failure = error;
        queue.Writer.TryComplete(error);
        while (queue.Reader.TryRead(out JournalEntry entry))
        {
            if (entry.Written is not null)
            {
                waiting.Add(entry.Written);
            }
        }

        waiting.ForEach(w => w.TrySetException(error));
        await broken.CancelAsync();
        sink.Abandon();
    }

    private sealed class OpenCell(int attempt, long started)
    {
        internal int Attempt { get; } = attempt;

        internal long Started { get; } = started;

        internal int Rows { get; set; }

        internal XxHash128 Hash { get; } = new();
    }
}
