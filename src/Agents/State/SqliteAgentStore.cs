using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace ResearchKit.Agents;

/// <summary>
/// Sessions, tasks and keys in an SQLite file. Writes go through one writer, which commits all that wait at once (write-ahead log, synchronised to the disk); an append returns when it is
/// committed. So what was acknowledged is there after a crash of the process or of the machine.
/// </summary>
public sealed class SqliteAgentStore : IAgentStateStore, ITaskLog, IIdempotencyStore, IAsyncDisposable
{
    private readonly AgentStoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly SqliteWriter _writer;
    private readonly SqliteConnection _reader;
    private readonly Lock _reading = new();
    private readonly string _process = AgentIds.New();

    private SqliteAgentStore(SqliteWriter writer, SqliteConnection reader, AgentStoreOptions options, TimeProvider clock) =>
        (_writer, _reader, _options, _clock) = (writer, reader, options, clock);

    /// <inheritdoc/>
    public bool IsDurable => true;

    /// <summary>Opens or creates a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="ResearchKitException">The file cannot be opened or is no store (<see cref="AgentErrors.StoreFailed"/>).</exception>
    public static SqliteAgentStore Open(string path, AgentStoreOptions? options = null, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string connection = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
        try
        {
            SqliteWriter writer = SqliteWriter.Open(connection);
            SqliteConnection reader = new(connection);
            reader.Open();
            return new SqliteAgentStore(writer, reader, options ?? new(), clock ?? TimeProvider.System);
        }
        catch (SqliteException e)
        {
            throw Failed(path, e);
        }
    }

    /// <inheritdoc/>
    public ValueTask<SessionRecord?> FindAsync(string agent, string principal, string id, CancellationToken cancellationToken = default)
    {
        using SqliteReading reading = Query(
            "SELECT created, expires, version, vals FROM sessions WHERE agent = $1 AND principal = $2 AND id = $3",
            agent,
            principal,
            id
        );
        return ValueTask.FromResult(
            reading.Rows.Read()
                ? new SessionRecord(
                    agent,
                    principal,
                    id,
                    Time(reading.Rows.GetInt64(0)),
                    Time(reading.Rows.GetInt64(1)),
                    reading.Rows.GetInt64(2),
                    Values(reading.Rows.GetString(3))
                )
                : null
        );
    }

    /// <inheritdoc/>
    public async ValueTask<bool> SaveAsync(SessionRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return await _writer.RunAsync(w => Save(w, record), cancellationToken);
    }

    private static bool Save(SqliteWriter writer, SessionRecord record) =>
        record.Version == 1
            ? writer.Execute(
                "INSERT OR IGNORE INTO sessions (agent, principal, id, created, expires, version, vals) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                record.Agent,
                record.Principal,
                record.Id,
                record.Created.UtcTicks,
                record.Expires.UtcTicks,
                record.Version,
                Text(record.Values)
            ) == 1
            : writer.Execute(
                "UPDATE sessions SET expires = $4, version = $5, vals = $6 WHERE agent = $1 AND principal = $2 AND id = $3 AND version = $5 - 1",
                record.Agent,
                record.Principal,
                record.Id,
                record.Expires.UtcTicks,
                record.Version,
                Text(record.Values)
            ) == 1;

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string agent, string principal, string id, CancellationToken cancellationToken = default) =>
        await _writer.RunAsync(
            w => w.Execute("DELETE FROM sessions WHERE agent = $1 AND principal = $2 AND id = $3", agent, principal, id) == 1,
            cancellationToken
        );

    /// <inheritdoc/>
    public async ValueTask AppendAsync(
        TaskRecord after,
        LoggedEvent next,
        SessionRecord? session,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(next);
        string task = JsonSerializer.Serialize(after.Task, AgentJson.Default.AgentTask);
        await _writer.RunAsync(
            w =>
            {
                w.Execute(
                    "INSERT INTO tasks (id, agent, owner, context, state, changed, task) VALUES ($1, $2, $3, $4, $5, $6, $7) "
                        + "ON CONFLICT (id) DO UPDATE SET state = $5, changed = $6, task = $7",
                    after.Task.Id,
                    after.Agent,
                    after.Owner,
                    after.Task.ContextId,
                    (int)after.Task.Status.State,
                    after.Task.Status.Timestamp.UtcTicks,
                    task
                );
                w.Execute(
                    "INSERT INTO events (task, sequence, kind, json) VALUES ($1, $2, $3, $4)",
                    after.Task.Id,
                    next.Sequence,
                    next.Kind,
                    next.Json.ToArray()
                );
                if (next.Sequence > _options.MostEvents)
                {
                    w.Execute("DELETE FROM events WHERE task = $1 AND sequence <= $2", after.Task.Id, next.Sequence - _options.MostEvents);
                }
                return session is null || Save(w, session);
            },
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public ValueTask<TaskRecord?> FindAsync(string agent, string taskId, CancellationToken cancellationToken = default)
    {
        using SqliteReading reading = Query("SELECT owner, task FROM tasks WHERE agent = $1 AND id = $2", agent, taskId);
        return ValueTask.FromResult(
            reading.Rows.Read() ? new TaskRecord(agent, reading.Rows.GetString(0), Task(reading.Rows.GetString(1))) : null
        );
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LoggedEvent>> EventsAsync(string taskId, long after, CancellationToken cancellationToken = default)
    {
        using SqliteReading reading = Query(
            "SELECT sequence, kind, json FROM events WHERE task = $1 AND sequence > $2 ORDER BY sequence",
            taskId,
            after
        );
        List<LoggedEvent> events = [];
        while (reading.Rows.Read())
        {
            events.Add(new LoggedEvent(reading.Rows.GetInt64(0), reading.Rows.GetString(1), (byte[])reading.Rows.GetValue(2)));
        }
        return ValueTask.FromResult<IReadOnlyList<LoggedEvent>>(events);
    }

    /// <inheritdoc/>
    public ValueTask<(IReadOnlyList<AgentTask> Tasks, int Total)> ListAsync(
        string agent,
        string owner,
        TaskQuery query,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentNullException.ThrowIfNull(query);
        const string Which =
            "FROM tasks WHERE agent = $1 AND owner = $2 AND ($3 IS NULL OR context = $3) AND ($4 IS NULL OR state = $4) AND ($5 IS NULL OR changed > $5)";
        object?[] which = [agent, owner, query.ContextId, query.State is { } s ? (int)s : null, query.ChangedAfter?.UtcTicks];
        List<AgentTask> tasks = [];
        using (
            SqliteReading reading = Query(
                $"SELECT task {Which} ORDER BY changed DESC, id LIMIT $6 OFFSET $7",
                [.. which, query.Take, query.Skip]
            )
        )
        {
            while (reading.Rows.Read())
            {
                tasks.Add(Task(reading.Rows.GetString(0)));
            }
        }
        using SqliteReading count = Query($"SELECT COUNT(*) {Which}", which);
        count.Rows.Read();
        return ValueTask.FromResult<(IReadOnlyList<AgentTask>, int)>((tasks, count.Rows.GetInt32(0)));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TaskRecord>> UnfinishedAsync(string agent, CancellationToken cancellationToken = default)
    {
        using SqliteReading reading = Query(
            "SELECT owner, task FROM tasks WHERE agent = $1 AND state <= $2",
            agent,
            (int)TaskState.Working
        );
        List<TaskRecord> records = [];
        while (reading.Rows.Read())
        {
            records.Add(new TaskRecord(agent, reading.Rows.GetString(0), Task(reading.Rows.GetString(1))));
        }
        return ValueTask.FromResult<IReadOnlyList<TaskRecord>>(records);
    }

    /// <inheritdoc/>
    public async ValueTask<IdempotencyClaim> TakeAsync(
        string key,
        ContentDigest request,
        bool takeOver,
        CancellationToken cancellationToken = default
    )
    {
        long now = _clock.GetUtcNow().UtcTicks;
        return await _writer.RunAsync(
            w =>
            {
                w.Execute("DELETE FROM keys WHERE taken < $1", now - _options.KeepKeys.Ticks);
                if (Take(w, key, request, now) == 1)
                {
                    return new IdempotencyClaim(IdempotencyOutcome.New);
                }
                IdempotencyClaim known = w.Query(
                    "SELECT request, process, status, body, task FROM keys WHERE key = $1",
                    rows =>
                        rows.GetString(0) != request.Hex ? new IdempotencyClaim(IdempotencyOutcome.OtherRequest)
                        : !rows.IsDBNull(2)
                            ? new IdempotencyClaim(
                                IdempotencyOutcome.Answered,
                                new StoredAnswer(rows.GetInt32(2), (byte[])rows.GetValue(3), rows.IsDBNull(4) ? null : rows.GetString(4))
                            )
                        : new IdempotencyClaim(rows.GetString(1) == _process ? IdempotencyOutcome.Running : IdempotencyOutcome.Unknown),
                    key
                );
                if (known.Outcome == IdempotencyOutcome.Unknown && takeOver)
                {
                    w.Execute("DELETE FROM keys WHERE key = $1", key);
                    Take(w, key, request, now);
                    return new IdempotencyClaim(IdempotencyOutcome.New);
                }
                return known;
            },
            cancellationToken
        );
    }

    private int Take(SqliteWriter writer, string key, ContentDigest request, long now) =>
        writer.Execute(
            "INSERT OR IGNORE INTO keys (key, request, process, taken) VALUES ($1, $2, $3, $4)",
            key,
            request.Hex,
            _process,
            now
        );

    /// <inheritdoc/>
    public async ValueTask CompleteAsync(string key, StoredAnswer answer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(answer);
        await _writer.RunAsync(
            w =>
                w.Execute(
                    "UPDATE keys SET status = $2, body = $3, task = $4 WHERE key = $1",
                    key,
                    answer.Status,
                    answer.Body.ToArray(),
                    answer.TaskId
                ),
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public async ValueTask ReleaseAsync(string key, CancellationToken cancellationToken = default) =>
        await _writer.RunAsync(w => w.Execute("DELETE FROM keys WHERE key = $1 AND status IS NULL", key), cancellationToken);

    /// <summary>Waits for what is being written, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _reader.DisposeAsync();
    }

    internal static ResearchKitException Failed(string what, Exception cause) =>
        new(
            AgentErrors.StoreFailed,
            $"The store {what} failed: {cause.Message}",
            "See whether the disk is full and the file is a store of this program.",
            cause
        );

    private SqliteReading Query(string sql, params ReadOnlySpan<object?> values)
    {
        _reading.Enter();
        try
        {
            return new SqliteReading(SqliteWriter.Command(_reader, sql, values), _reading);
        }
        catch
        {
            _reading.Exit();
            throw;
        }
    }

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    private static AgentTask Task(string json) => JsonSerializer.Deserialize(json, AgentJson.Default.AgentTask)!;

    private static string Text(ImmutableDictionary<string, JsonElement> values) =>
        values.IsEmpty ? "{}" : JsonSerializer.Serialize(values.ToDictionary(), AgentJson.Default.DictionaryStringJsonElement);

    private static ImmutableDictionary<string, JsonElement> Values(string json) =>
        json == "{}"
            ? ImmutableDictionary<string, JsonElement>.Empty
            : JsonSerializer.Deserialize(json, AgentJson.Default.DictionaryStringJsonElement)!.ToImmutableDictionary();
}
