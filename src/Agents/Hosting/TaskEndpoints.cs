using System.Globalization;
using System.Text.Json;

namespace ResearchKit.Agents.Hosting;

/// <summary>The tasks of an agent.</summary>
internal static class TaskEndpoints
{
    internal static async Task GetAsync(AgentCall call)
    {
        LiveTask task = await FindAsync(call);
        (TimeSpan wait, _) = call.Preference();
        if (call.Request.Headers.ContainsKey("Prefer") && !task.IsAtRest)
        {
            await task.WaitForRestAsync(wait, call.Context.RequestAborted);
        }
        AgentTask now = task.Task;
        string tag = string.Create(CultureInfo.InvariantCulture, $"\"{now.Sequence}\"");
        call.Response.Headers.ETag = tag;
        call.Response.Headers.CacheControl = "no-store";
        if (call.Request.Headers.IfNoneMatch == tag)
        {
            call.Response.StatusCode = 304;
            return;
        }
        await call.SendAsync(200, JsonSerializer.SerializeToUtf8Bytes(now, AgentJson.Default.AgentTask));
    }

    internal static async Task DeleteAsync(AgentCall call)
    {
        await IdentifyAsync(call);
        AgentTask task = await call.Runtime.CancelAsync(Id(call), call.Owner) ?? throw AgentRefusal.NotFound("task");
        if (task.Status.State != TaskState.Canceled)
        {
            throw new AgentRefusal(409, "task-final", $"The task is {task.Status.State} and cannot be canceled.");
        }
        await call.SendAsync(200, JsonSerializer.SerializeToUtf8Bytes(task, AgentJson.Default.AgentTask));
    }

    internal static async Task EventsAsync(AgentCall call)
    {
        LiveTask task = await FindAsync(call);
        string last = call.Request.Headers["Last-Event-ID"].ToString();
        long after = 0;
        if (last.Length > 0 && (!EventId.TryParse(last, out string? id, out after) || id != task.Task.Id))
        {
            throw new AgentRefusal(400, "invalid-event-id", "Last-Event-ID is none of this task.", last);
        }
        await EventStreams.SendAsync(call, task, after, endAtRest: false);
    }

    private static async Task<LiveTask> FindAsync(AgentCall call)
    {
        await IdentifyAsync(call);
        return await call.Runtime.OpenAsync(Id(call), call.Owner) ?? throw AgentRefusal.NotFound("task");
    }

    // A session that is gone shows nothing; it is no reason to refuse a task that its caller may see otherwise.
    private static async Task IdentifyAsync(AgentCall call)
    {
        if (
            !call.Principal.IsAuthenticated
            && call.Runtime.Options.State == StateMode.Session
            && AgentSessions.Presented(call) is { Length: 32 } id
        )
        {
            call.State = new AgentStateAccess(StateMode.Session, await call.Services.States.FindAsync(call.Runtime.Id, "", id));
        }
    }

    private static string Id(AgentCall call) => (string)call.Request.RouteValues["task"]!;
}
