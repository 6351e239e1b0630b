using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ResearchKit.Agents.Hosting;

/// <summary>Sends the events of a task as they come, from any place of its log. Without a gap: what is no longer kept is replaced by one marked snapshot.</summary>
internal static class EventStreams
{
    /// <summary>Begins a stream.</summary>
    internal static PipeWriter Begin(AgentCall call)
    {
        call.Response.StatusCode = 200;
        call.Response.ContentType = "text/event-stream";
        call.Response.Headers.CacheControl = "no-store";
        call.Response.Headers["X-Accel-Buffering"] = "no";
        call.Context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        return call.Response.BodyWriter;
    }

    internal static async Task SendMessageAsync(AgentCall call, AgentMessage message)
    {
        PipeWriter writer = Begin(call);
        WriteFrame(writer, null, "message", AgentEventJson.Write(new MessageEvent(message)));
        await writer.FlushAsync(call.Context.RequestAborted);
    }

    /// <summary>Follows a task.</summary>
    /// <param name="call">The request.</param>
    /// <param name="task">The task.</param>
    /// <param name="after">The sequence that the reader has.</param>
    /// <param name="endAtRest">Whether the stream ends when the task waits for its owner; it always ends with the task.</param>
    /// <param name="frame">How to write an event; default: this library's own frames.</param>
    internal static async Task SendAsync(
        AgentCall call,
        LiveTask task,
        long after,
        bool endAtRest,
        Action<PipeWriter, LoggedEvent>? frame = null
    )
    {
        frame ??= (writer, e) => WriteFrame(writer, EventId.Of(task.Task.Id, e.Sequence), e.Kind, e.Json.Span);
        KeyValuePair<string, object?> agent = new("agent", call.Runtime.Options.Name);
        AgentTelemetry.Readers.Add(1, agent);
        try
        {
            await FollowAsync(call, task, after, endAtRest, frame);
        }
        finally
        {
            AgentTelemetry.Readers.Add(-1, agent);
        }
    }

    private static async Task FollowAsync(AgentCall call, LiveTask task, long after, bool endAtRest, Action<PipeWriter, LoggedEvent> frame)
    {
        AgentHostOptions options = call.Services.Options;
        TimeProvider clock = call.Services.Clock;
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(
            call.Context.RequestAborted,
            call.Services.Stopping
        );
        PipeWriter writer = Begin(call);
        long began = clock.GetTimestamp();
        if (after > task.Task.Sequence)
        {
            // An id of the future: another store, or made up. The reader starts again from the whole.
            frame(writer, Snapshot(task.Task));
            after = task.Task.Sequence;
        }
        while (clock.GetElapsedTime(began) < options.LongestStream)
        {
            (IReadOnlyList<LoggedEvent>? events, Task changed, AgentTask now) = task.After(after);
            if (events is null)
            {
                frame(writer, Snapshot(now));
                after = now.Sequence;
                continue;
            }
            foreach (LoggedEvent next in events)
            {
                frame(writer, next);
                after = next.Sequence;
            }
            FlushResult flushed = await writer.FlushAsync(call.Context.RequestAborted);
            if (flushed.IsCompleted)
            {
                return;
            }
            long unread = task.Task.Sequence - after;
            if (unread > options.MostUnread && events.Count < unread)
            {
                WriteFrame(
                    writer,
                    null,
                    "problem",
                    JsonSerializer.SerializeToUtf8Bytes(SlowConsumer.Problem, AgentJson.Default.AgentProblem)
                );
                await writer.FlushAsync(call.Context.RequestAborted);
                call.Runtime.Logger.LogInformation("A reader of task {Task} was too slow and was disconnected", now.Id);
                return;
            }
            if (after == now.Sequence && (now.IsTerminal || (endAtRest && TaskTransitions.IsInterrupted(now.Status.State))))
            {
                return;
            }
            if (after == now.Sequence)
            {
                await WaitAsync(call, writer, changed, ending.Token);
                if (call.Services.Stopping.IsCancellationRequested)
                {
                    writer.Write(": closing\n\n"u8);
                    await writer.FlushAsync(call.Context.RequestAborted);
                    return;
                }
            }
        }
    }

    private static readonly AgentRefusal SlowConsumer = new(503, "slow-consumer", "The reader was too slow; resume with Last-Event-ID.");

    private static async Task WaitAsync(AgentCall call, PipeWriter writer, Task changed, CancellationToken ending)
    {
        try
        {
            await changed.WaitAsync(call.Services.Options.Heartbeat, call.Services.Clock, ending);
        }
        catch (TimeoutException)
        {
            writer.Write(": hb\n\n"u8);
        }
        catch (OperationCanceledException) when (call.Services.Stopping.IsCancellationRequested)
        {
            // Said by the caller of this method.
        }
    }

    private static LoggedEvent Snapshot(AgentTask task) =>
        new(task.Sequence, "task", AgentEventJson.Write(new TaskEvent(task, Gap: true) { TaskId = task.Id, Sequence = task.Sequence }));

    /// <summary>Writes a frame. JSON has no line breaks of its own, so one data line is enough.</summary>
    internal static void WriteFrame(PipeWriter writer, string? id, string kind, ReadOnlySpan<byte> json)
    {
        Span<byte> head = writer.GetSpan(32 + (id?.Length ?? 0) + kind.Length);
        int at = 0;
        if (id is not null)
        {
            at += Put(head[at..], "id: ");
            at += Put(head[at..], id);
            head[at++] = (byte)'\n';
        }
        at += Put(head[at..], "event: ");
        at += Put(head[at..], kind);
        at += Put(head[at..], "\ndata: ");
        writer.Advance(at);
        writer.Write(json);
        writer.Write("\n\n"u8);
    }

    private static int Put(Span<byte> to, string text) => Encoding.ASCII.GetBytes(text, to);
}
