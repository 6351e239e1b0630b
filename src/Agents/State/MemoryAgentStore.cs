namespace ResearchKit.Agents;

/// <summary>Sessions, tasks and keys in memory: bounded, fast, gone with the process.</summary>
/// <param name="options">The bounds.</param>
/// <param name="clock">The clock.</param>
public sealed class MemoryAgentStore(AgentStoreOptions? options = null, TimeProvider? clock = null)
    : IAgentStateStore,
        ITaskLog,
        IIdempotencyStore
{
    private const int LookedAtForEviction = 256;
    private readonly AgentStoreOptions _options = options ?? new();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly Lock _sessionsLock = new();
    private readonly Lock _tasksLock = new();
    private readonly Lock _keysLock = new();
    private readonly RecentlyUsed<(string Agent, string Principal, string Id), SessionRecord> _sessions = new();
    private readonly Dictionary<(string Agent, string Principal), int> _sessionsOf = [];
    private readonly RecentlyUsed<string, StoredTask> _tasks = new();
    private readonly RecentlyUsed<string, StoredKey> _keys = new();

    /// <inheritdoc/>
    public bool IsDurable => false;

    /// <inheritdoc/>
    public ValueTask<SessionRecord?> FindAsync(string agent, string principal, string id, CancellationToken cancellationToken = default)
    {
        lock (_sessionsLock)
        {
            return ValueTask.FromResult(_sessions.TryGet((agent, principal, id), out SessionRecord? record) ? record : null);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> SaveAsync(SessionRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (_sessionsLock)
        {
            return ValueTask.FromResult(Save(record));
        }
    }

    private bool Save(SessionRecord record)
    {
        (string Agent, string Principal, string Id) key = (record.Agent, record.Principal, record.Id);
        bool known = _sessions.TryGet(key, out SessionRecord? stored);
        if ((known ? stored!.Version : 0) != record.Version - 1)
        {
            return false;
        }
        if (!known)
        {
            Admit(record);
        }
        _sessions.Set(key, record);
        return true;
    }

    private void Admit(SessionRecord record)
    {
        (string, string) owner = (record.Agent, record.Principal);
        int count = _sessionsOf.GetValueOrDefault(owner);
        if (record.Principal.Length > 0 && count >= _options.MostSessionsOfOne)
        {
            throw new ResearchKitException(
                AgentErrors.StoreFailed,
                $"A caller has {count} sessions with {record.Agent}; allowed are {_options.MostSessionsOfOne}.",
                "Delete sessions that are no longer used, or raise MostSessionsOfOne."
            );
        }
        if (
            _sessions.Count >= _options.MostSessions
            && _sessions.TryOldest(_ => true, 1, out (string Agent, string Principal, string Id) oldest)
        )
        {
            Remove(oldest);
        }
        _sessionsOf[owner] = count + 1;
    }

    private bool Remove((string Agent, string Principal, string Id) key)
    {
        if (!_sessions.Remove(key, out _))
        {
            return false;
        }
        (string, string) owner = (key.Agent, key.Principal);
        int left = _sessionsOf[owner] - 1;
        if (left == 0)
        {
            _sessionsOf.Remove(owner);
        }
        else
        {
            _sessionsOf[owner] = left;
        }
        return true;
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string agent, string principal, string id, CancellationToken cancellationToken = default)
    {
        lock (_sessionsLock)
        {
            return ValueTask.FromResult(Remove((agent, principal, id)));
        }
    }

    /// <inheritdoc/>
    public ValueTask AppendAsync(TaskRecord after, LoggedEvent next, SessionRecord? session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(next);
        lock (_tasksLock)
        {
            if (!_tasks.TryGet(after.Task.Id, out StoredTask? stored))
            {
                MakeRoom();
                _tasks.Set(after.Task.Id, stored = new StoredTask());
            }
            stored.Record = after;
            stored.Events.Enqueue(next);
            while (stored.Events.Count > _options.MostEvents)
            {
                stored.Events.Dequeue();
            }
        }
        if (session is not null)
        {
            lock (_sessionsLock)
            {
                Save(session);
            }
        }
        return ValueTask.CompletedTask;
    }

    private void MakeRoom()
    {
        DateTimeOffset old = _clock.GetUtcNow() - _options.KeepFinished;
        while (_tasks.TryOldest(t => t.Record.Task.IsTerminal && t.Record.Task.Status.Timestamp < old, 8, out string? expired))
        {
            _tasks.Remove(expired, out _);
        }
        if (_tasks.Count < _options.MostTasks)
        {
            return;
        }
        if (!_tasks.TryOldest(t => t.Record.Task.IsTerminal, LookedAtForEviction, out string? oldest))
        {
            throw new ResearchKitException(
                AgentErrors.StoreFailed,
                $"The store holds {_tasks.Count} unfinished tasks; allowed are {_options.MostTasks}.",
                "Wait until some are done, or raise MostTasks."
            );
        }
        _tasks.Remove(oldest, out _);
    }

    /// <inheritdoc/>
    public ValueTask<TaskRecord?> FindAsync(string agent, string taskId, CancellationToken cancellationToken = default)
    {
        lock (_tasksLock)
        {
            return ValueTask.FromResult(_tasks.TryGet(taskId, out StoredTask? t) && t.Record.Agent == agent ? t.Record : null);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LoggedEvent>> EventsAsync(string taskId, long after, CancellationToken cancellationToken = default)
    {
        lock (_tasksLock)
        {
            return ValueTask.FromResult<IReadOnlyList<LoggedEvent>>(
                _tasks.TryGet(taskId, out StoredTask? t) ? [.. t.Events.SkipWhile(e => e.Sequence <= after)] : []
            );
        }
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
        lock (_tasksLock)
        {
            AgentTask[] all =
            [
                .. _tasks
                    .Values.Where(t => t.Record.Agent == agent && t.Record.Owner == owner)
                    .Select(t => t.Record.Task)
                    .Where(t => query.ContextId is null || t.ContextId == query.ContextId)
                    .Where(t => query.State is null || t.Status.State == query.State)
                    .Where(t => query.ChangedAfter is null || t.Status.Timestamp > query.ChangedAfter)
                    .OrderByDescending(t => t.Status.Timestamp)
                    .ThenBy(t => t.Id, StringComparer.Ordinal),
            ];
            return ValueTask.FromResult<(IReadOnlyList<AgentTask>, int)>(([.. all.Skip(query.Skip).Take(query.Take)], all.Length));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TaskRecord>> UnfinishedAsync(string agent, CancellationToken cancellationToken = default)
    {
        lock (_tasksLock)
        {
            return ValueTask.FromResult<IReadOnlyList<TaskRecord>>([
                .. _tasks
                    .Values.Select(t => t.Record)
                    .Where(r => r.Agent == agent && r.Task.Status.State is TaskState.Submitted or TaskState.Working),
            ]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IdempotencyClaim> TakeAsync(
        string key,
        ContentDigest request,
        bool takeOver,
        CancellationToken cancellationToken = default
    )
    {
        DateTimeOffset now = _clock.GetUtcNow();
        lock (_keysLock)
        {
            while (_keys.TryOldest(k => k.Taken < now - _options.KeepKeys, 1, out string? old))
            {
                _keys.Remove(old, out _);
            }
            if (!_keys.TryGet(key, out StoredKey? stored))
            {
                _keys.Set(key, new StoredKey(request, now, null));
                return ValueTask.FromResult(new IdempotencyClaim(IdempotencyOutcome.New));
            }
            return ValueTask.FromResult(
                stored.Request != request ? new IdempotencyClaim(IdempotencyOutcome.OtherRequest)
                : stored.Answer is null ? new IdempotencyClaim(IdempotencyOutcome.Running)
                : new IdempotencyClaim(IdempotencyOutcome.Answered, stored.Answer)
            );
        }
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(string key, StoredAnswer answer, CancellationToken cancellationToken = default)
    {
        lock (_keysLock)
        {
            if (_keys.TryGet(key, out StoredKey? stored))
            {
                _keys.Set(key, stored with { Answer = answer });
            }
        }
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(string key, CancellationToken cancellationToken = default)
    {
        lock (_keysLock)
        {
            _keys.Remove(key, out _);
        }
        return ValueTask.CompletedTask;
    }

    private sealed class StoredTask
    {
        internal TaskRecord Record { get; set; } = null!;

        internal Queue<LoggedEvent> Events { get; } = new();
    }

    private sealed record StoredKey(ContentDigest Request, DateTimeOffset Taken, StoredAnswer? Answer);
}
