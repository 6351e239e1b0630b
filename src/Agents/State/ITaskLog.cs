namespace ResearchKit.Agents;

/// <summary>Keeps tasks and their events. What was appended is there after a crash, if the store is durable, and was there before anyone heard of it.</summary>
public interface ITaskLog
{
    /// <summary>Whether events survive the process.</summary>
    bool IsDurable { get; }

    /// <summary>Appends an event and saves the task after it, and a session if one is given: all or nothing. Sequence 1 creates the task.</summary>
    /// <param name="after">The task after the event.</param>
    /// <param name="next">The event.</param>
    /// <param name="session">A session to save in the same step, or null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">The store is full or cannot write (<see cref="AgentErrors.StoreFailed"/>).</exception>
    ValueTask AppendAsync(TaskRecord after, LoggedEvent next, SessionRecord? session, CancellationToken cancellationToken = default);

    /// <summary>Finds a task; null if there is none.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<TaskRecord?> FindAsync(string agent, string taskId, CancellationToken cancellationToken = default);

    /// <summary>Events after a sequence, in order; fewer where old ones are no longer kept.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="after">The sequence.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<IReadOnlyList<LoggedEvent>> EventsAsync(string taskId, long after, CancellationToken cancellationToken = default);

    /// <summary>Tasks of one owner, newest first, and how many there are in all.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="owner">The owner; not empty.</param>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<(IReadOnlyList<AgentTask> Tasks, int Total)> ListAsync(
        string agent,
        string owner,
        TaskQuery query,
        CancellationToken cancellationToken = default
    );

    /// <summary>Tasks of an agent that are neither final nor waiting for their owner: after a crash these have nobody who works on them.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<IReadOnlyList<TaskRecord>> UnfinishedAsync(string agent, CancellationToken cancellationToken = default);
}
