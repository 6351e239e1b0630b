using System.Security.Cryptography;

namespace ResearchKit.Agents.Hosting;

/// <summary>
/// A task that someone works on. Events are encoded once, kept in the log first and shown to readers after; readers follow at their own pace and never slow it.
/// </summary>
internal sealed class LiveTask(TaskRecord record, ITaskLog log, TimeProvider clock, IReadOnlyList<LoggedEvent> known, int mostKept)
    : IDisposable
{
    private readonly SemaphoreSlim _appending = new(1, 1);
    private readonly Lock _lock = new();
    private readonly Queue<LoggedEvent> _events = new(known);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskRecord _record = record;

    internal AgentTask Task => Volatile.Read(ref _record).Task;

    internal string Owner => _record.Owner;

    internal CancellationTokenSource Cancellation { get; } = new();

    /// <summary>Whether a reader that waits for an answer has one: the task is final or waits for its owner.</summary>
    internal bool IsAtRest => Task.IsTerminal || TaskTransitions.IsInterrupted(Task.Status.State);

    /// <summary>Appends an event; false if the task is final.</summary>
    /// <exception cref="InvalidOperationException">The event makes a move that is not allowed.</exception>
    internal async ValueTask<bool> AppendAsync(AgentEvent next, SessionRecord? session = null)
    {
        await _appending.WaitAsync();
        try
        {
            if (Task.IsTerminal)
            {
                return false;
            }
            next = next with { TaskId = Task.Id, Sequence = Task.Sequence + 1, Previous = Last() };
            if (next is StatusEvent { Status.Timestamp.Ticks: 0 } status)
            {
                next = status with { Status = status.Status with { Timestamp = clock.GetUtcNow() } };
            }
            AgentTask after = next is TaskEvent first ? first.Task with { Sequence = next.Sequence } : Task.After(next);
            if (next is TaskEvent snapshot)
            {
                next = snapshot with { Task = after };
            }
            LoggedEvent logged = new(next.Sequence, next.Kind, AgentEventJson.Write(next));
            TaskRecord saved = _record with { Task = after };
            await log.AppendAsync(saved, logged, session);
            Show(saved, logged);
            return true;
        }
        finally
        {
            _appending.Release();
        }
    }

    private string? Last()
    {
        lock (_lock)
        {
            return _events.Count == 0 ? null : Convert.ToHexStringLower(SHA256.HashData(_last.Span));
        }
    }

    private ReadOnlyMemory<byte> _last = known.Count > 0 ? known[^1].Json : default;

    private void Show(TaskRecord saved, LoggedEvent logged)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _record = saved;
            _events.Enqueue(logged);
            _last = logged.Json;
            if (_events.Count > mostKept)
            {
                _events.Dequeue();
            }
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }

    /// <summary>Events after a sequence, and what to await for more; null events where some between are no longer kept.</summary>
    internal (IReadOnlyList<LoggedEvent>? Events, Task Changed, AgentTask Task) After(long sequence)
    {
        lock (_lock)
        {
            if (sequence == _record.Task.Sequence)
            {
                return ([], _changed.Task, _record.Task);
            }
            bool kept = sequence < _record.Task.Sequence && _events.TryPeek(out LoggedEvent? first) && first.Sequence <= sequence + 1;
            return (kept ? [.. _events.Skip((int)(sequence + 1 - _events.Peek().Sequence))] : null, _changed.Task, _record.Task);
        }
    }

    /// <summary>Waits until the task rests, at most so long.</summary>
    internal async Task WaitForRestAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        long start = clock.GetTimestamp();
        while (!IsAtRest)
        {
            TimeSpan left = patience - clock.GetElapsedTime(start);
            Task changed;
            lock (_lock)
            {
                changed = _changed.Task;
            }
            if (left <= TimeSpan.Zero || IsAtRest)
            {
                return;
            }
            try
            {
                await changed.WaitAsync(left, clock, cancellationToken);
            }
            catch (TimeoutException)
            {
                return;
            }
        }
    }

    public void Dispose()
    {
        Cancellation.Dispose();
        _appending.Dispose();
    }
}
