using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ResearchKit.Agents.Hosting;

/// <summary>Runs the handler of one agent and keeps its tasks. Every channel (own profile, A2A, MCP, Agora) comes through here, so all have the same state, tasks and guarantees.</summary>
internal sealed class AgentRuntime(string id, AgentOptions options, IAgentHandler handler, AgentServices services)
{
    private readonly ConcurrentDictionary<string, LiveTask> _live = new(StringComparer.Ordinal);
    private readonly ILogger _logger = services.Loggers.CreateLogger($"{AgentTelemetry.Name}.{options.Name}");

    internal string Id => id;

    internal AgentOptions Options => options;

    internal AgentServices Services => services;

    internal ILogger Logger => _logger;

    /// <summary>Starts a handler. The answer is a message, or the task that was begun.</summary>
    /// <param name="request">The request.</param>
    /// <param name="owner">Who may see the task; empty: whoever knows its id.</param>
    /// <param name="patience">How long to wait for the first event before a task is made of it.</param>
    /// <param name="asTask">Whether to make a task at once.</param>
    internal async Task<(AgentMessage? Message, LiveTask? Task)> BeginAsync(
        AgentRequest request,
        string owner,
        TimeSpan patience,
        bool asTask
    )
    {
        CancellationTokenSource? cancellation = null;
        LiveTask? live = null;
        if (request.Task is { } known && !_live.TryGetValue(known.Id, out live))
        {
            throw AgentRefusal.NotWaiting(known.Status.State);
        }
        if (asTask && live is null)
        {
            live = await CreateAsync(request, owner);
        }
        CancellationToken token = live?.Cancellation.Token ?? (cancellation = new CancellationTokenSource()).Token;
        IAsyncEnumerator<AgentEvent> events = handler.HandleAsync(request, token).GetAsyncEnumerator(token);
        if (live is not null)
        {
            _ = Task.Run(() => RunAsync(live, events, events.MoveNextAsync().AsTask(), request.State), CancellationToken.None);
            return (null, live);
        }
        Task<bool> first = events.MoveNextAsync().AsTask();
        if (!first.IsCompleted)
        {
            await Task.WhenAny(first, Task.Delay(patience, services.Clock));
        }
        if (first.IsCompleted)
        {
            try
            {
                if (await first && events.Current is MessageEvent { Message: { } message })
                {
                    await events.DisposeAsync();
                    return (message, null);
                }
            }
            catch
            {
                await events.DisposeAsync();
                throw;
            }
        }
        live = await CreateAsync(request, owner, cancellation);
        LiveTask created = live;
        _ = Task.Run(() => RunAsync(created, events, first, request.State), CancellationToken.None);
        return (null, live);
    }

    private async Task<LiveTask> CreateAsync(AgentRequest request, string owner, CancellationTokenSource? cancellation = null)
    {
        AgentTask task = new()
        {
            Id = AgentIds.New(),
            ContextId = request.Message.ContextId ?? AgentIds.New(),
            Status = new TaskStatusInfo(TaskState.Submitted, services.Clock.GetUtcNow()),
            History = [request.Message],
        };
        LiveTask live = new(new TaskRecord(id, owner, task), services.Tasks, services.Clock, [], services.MostEvents);
        if (cancellation is not null)
        {
            live.Cancellation.Token.Register(cancellation.Cancel);
        }
        await live.AppendAsync(new TaskEvent(task));
        _live[task.Id] = live;
        return live;
    }

    private async Task RunAsync(LiveTask live, IAsyncEnumerator<AgentEvent> events, Task<bool> next, AgentStateAccess state)
    {
        using System.Diagnostics.Activity? span = AgentTelemetry.Source.StartActivity("agent.handle");
        span?.SetTag("agent.name", options.Name);
        try
        {
            while (await next)
            {
                if (!await live.AppendAsync(events.Current, Save(state)))
                {
                    break;
                }
                AgentTelemetry.Events.Add(1, new KeyValuePair<string, object?>("agent", options.Name));
                next = events.MoveNextAsync().AsTask();
            }
            if (!live.IsAtRest)
            {
                await live.AppendAsync(AgentEvent.State(TaskState.Completed), Save(state));
            }
        }
        catch (OperationCanceledException) when (live.Cancellation.IsCancellationRequested)
        {
            await live.AppendAsync(AgentEvent.State(TaskState.Canceled));
        }
#pragma warning disable CA1031 // whatever a handler throws must end its task, not the host
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.LogError(e, "Task {Task} of {Agent} failed", live.Task.Id, options.Name);
            await FailAsync(live, e is ResearchKitException r ? $"{r.Message} ({r.Code})" : "The agent failed; see the log of its host.");
        }
        finally
        {
            await events.DisposeAsync();
            span?.SetTag("agent.task.state", live.Task.Status.State.ToString());
            if (live.Task.IsTerminal)
            {
                _live.TryRemove(live.Task.Id, out _);
            }
        }
    }

    private async Task FailAsync(LiveTask live, string reason)
    {
        try
        {
            await live.AppendAsync(AgentEvent.State(TaskState.Failed, reason));
        }
        catch (ResearchKitException e)
        {
            _logger.LogError(e, "Task {Task} of {Agent} could not be marked as failed", live.Task.Id, options.Name);
        }
    }

    private SessionRecord? Save(AgentStateAccess state) =>
        state.IsChanged && state.Mode is StateMode.Session or StateMode.Persistent
            ? state.Advance(state.Mode == StateMode.Persistent ? DateTimeOffset.MaxValue : services.Clock.GetUtcNow() + options.SessionTtl)
            : null;

    /// <summary>A task that its owner may see; null if there is none, or it belongs to another.</summary>
    internal async ValueTask<TaskRecord?> FindAsync(string taskId, string owner)
    {
        TaskRecord? record = _live.TryGetValue(taskId, out LiveTask? live)
            ? new TaskRecord(id, live.Owner, live.Task)
            : await services.Tasks.FindAsync(id, taskId);
        return record is not null && (record.Owner.Length == 0 || record.Owner == owner) ? record : null;
    }

    /// <summary>The task with its readers, also one that rests in the store; null if its owner may not see it.</summary>
    internal async ValueTask<LiveTask?> OpenAsync(string taskId, string owner)
    {
        TaskRecord? record = await FindAsync(taskId, owner);
        if (record is null)
        {
            return null;
        }
        if (_live.TryGetValue(taskId, out LiveTask? live))
        {
            return live;
        }
        LiveTask opened = new(record, services.Tasks, services.Clock, await services.Tasks.EventsAsync(taskId, 0), services.MostEvents);
        return record.Task.IsTerminal ? opened : _live.GetOrAdd(taskId, opened);
    }

    /// <summary>Cancels. A second cancel of a canceled task succeeds; any other final task cannot be.</summary>
    internal async Task<AgentTask?> CancelAsync(string taskId, string owner)
    {
        LiveTask? live = await OpenAsync(taskId, owner);
        if (live is null)
        {
            return null;
        }
        if (!live.Task.IsTerminal)
        {
            await live.AppendAsync(AgentEvent.State(TaskState.Canceled));
            await live.Cancellation.CancelAsync();
            _live.TryRemove(taskId, out _);
        }
        return live.Task;
    }

    /// <summary>Marks tasks that a former process left without anyone who works on them.</summary>
    internal async Task RecoverAsync()
    {
        foreach (TaskRecord left in await services.Tasks.UnfinishedAsync(id))
        {
            using LiveTask live = new(
                left,
                services.Tasks,
                services.Clock,
                await services.Tasks.EventsAsync(left.Task.Id, 0),
                services.MostEvents
            );
            await live.AppendAsync(
                AgentEvent.State(TaskState.Failed, "The host was restarted while the task ran; what it did before is kept.")
            );
        }
    }
}
