using System.Text.Json;

namespace ResearchKit.Agents.Hosting;

/// <summary>What an agent keeps about its caller: the caller may see it and delete it.</summary>
internal static class SessionEndpoints
{
    internal static async Task GetAsync(AgentCall call)
    {
        string id = (string)call.Request.RouteValues["session"]!;
        SessionRecord record =
            await call.Services.States.FindAsync(call.Runtime.Id, call.Principal.Id, id) ?? throw AgentRefusal.NotFound("session");
        call.Response.Headers.CacheControl = "no-store";
        await call.SendAsync(
            200,
            JsonSerializer.SerializeToUtf8Bytes(
                new SessionView(call.Runtime.Options.Name, record.Created, record.Expires, record.Values),
                AgentJson.Default.SessionView
            )
        );
    }

    internal static async Task DeleteAsync(AgentCall call)
    {
        string id = (string)call.Request.RouteValues["session"]!;
        if (!await call.Services.States.DeleteAsync(call.Runtime.Id, call.Principal.Id, id))
        {
            throw AgentRefusal.NotFound("session");
        }
        call.Response.StatusCode = 204;
    }
}
