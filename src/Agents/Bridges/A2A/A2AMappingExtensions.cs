using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ResearchKit.Agents.Hosting;

namespace ResearchKit.Agents.Bridges.A2A;

/// <summary>Lets an agent be spoken to by A2A.</summary>
public static class A2AMappingExtensions
{
    /// <summary>
    /// Adds A2A 1.0 (JSON-RPC, HTTP and JSON) and 0.3 (JSON-RPC) below the agent's address, at <c>/a2a</c>, with its card at <c>/.well-known/agent-card.json</c> below the agent, and of the host
    /// for the first agent that asks for it.
    /// </summary>
    /// <param name="mapping">The mapped agent.</param>
    public static AgentMapping WithA2A(this AgentMapping mapping)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        MappedAgent agent = mapping.Agent;
        AgentGuard guard = agent.Guard;
        A2AEndpoint endpoint = new(agent);
        agent.Bridges.Add(new AgentChannel(AgentChannelKinds.A2AJsonRpc, "a2a", "1.0"));
        agent.Bridges.Add(new AgentChannel(AgentChannelKinds.A2AHttp, "a2a", "1.0"));
        string[] read = [HttpMethods.Get, HttpMethods.Head];
        mapping.Group.MapPost("/a2a", guard.Around(A2AEndpoint.RpcAsync, limited: true));
        mapping.Group.MapPost("/a2a/message:send", guard.Around(c => A2AEndpoint.HttpAsync(c, A2AEndpoint.HttpSendAsync), limited: true));
        mapping.Group.MapPost(
            "/a2a/message:stream",
            guard.Around(c => A2AEndpoint.HttpAsync(c, A2AEndpoint.HttpStreamAsync), limited: true)
        );
        mapping.Group.MapGet("/a2a/tasks", guard.Around(c => A2AEndpoint.HttpAsync(c, A2AEndpoint.HttpListAsync)));
        mapping.Group.MapMethods(
            "/a2a/tasks/{task}",
            [HttpMethods.Get, HttpMethods.Post],
            guard.Around(c => A2AEndpoint.HttpAsync(c, A2AEndpoint.HttpTaskAsync))
        );
        mapping.Group.MapMethods("/.well-known/agent-card.json", read, guard.Around(endpoint.CardAsync));
        if (agent.Path.Length > 0 && mapping.Mapped.All[0] == agent)
        {
            mapping.Endpoints.MapMethods("/.well-known/agent-card.json", read, guard.Around(endpoint.CardAsync));
            mapping.Endpoints.MapMethods("/.well-known/agent.json", read, guard.Around(MovedAsync));
        }
        return mapping;
    }

    private static Task MovedAsync(AgentCall call)
    {
        call.Response.StatusCode = 308;
        call.Response.Headers.Location = $"{call.Root}/.well-known/agent-card.json";
        return Task.CompletedTask;
    }
}
