using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ResearchKit.Agents.Hosting;

/// <summary>Maps agents to addresses of an application.</summary>
public static class AgentEndpointExtensions
{
    private const int IndexPage = 1_000;

    /// <summary>Maps an agent: its documents, messages, tasks, event streams and sessions, behind host filter, bounds and quotas.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="path">Its address within the application, for example <c>/agents/weather</c>.</param>
    /// <param name="name">Which agent; null: the only one added.</param>
    /// <returns>The agent's addresses, for example to require authorisation.</returns>
    /// <exception cref="InvalidOperationException">There is no such agent, or several and no name.</exception>
    public static AgentMapping MapAgent(this IEndpointRouteBuilder endpoints, string path, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(path);
        string at = "/" + path.Trim('/');
        at = at == "/" ? "" : at;
        AgentRegistration[] known = [.. endpoints.ServiceProvider.GetServices<AgentRegistration>()];
        AgentRegistration registration = name is null
            ? known is [{ } only]
                ? only
                : throw new InvalidOperationException(
                    $"{known.Length} agents were added ({string.Join(", ", known.Select(k => k.Options.Name))}); say which one to map."
                )
            : known.FirstOrDefault(k => k.Options.Name == name)
                ?? throw new InvalidOperationException(
                    $"No agent named {name} was added; there are {string.Join(", ", known.Select(k => k.Options.Name))}."
                );
        IAgentHandler handler =
            registration.Handler == typeof(IAgentHandler)
                ? endpoints.ServiceProvider.GetRequiredKeyedService<IAgentHandler>(registration.Options.Name)
                : (IAgentHandler)endpoints.ServiceProvider.GetRequiredService(registration.Handler);
        AgentServices services = endpoints.ServiceProvider.GetRequiredService<AgentServices>();
        AgentRuntime runtime = new(registration.Options.Name, registration.Options, handler, services);
        runtime.RecoverAsync().GetAwaiter().GetResult();
        MappedAgent agent = new(runtime, at);
        MappedAgents mapped = endpoints.ServiceProvider.GetRequiredService<MappedAgents>();
        mapped.Add(agent);
        RouteGroupBuilder group = endpoints.MapGroup(at);
        Map(group, agent);
        return new AgentMapping(endpoints, group, agent, mapped);
    }

    private static void Map(RouteGroupBuilder group, MappedAgent agent)
    {
        AgentGuard guard = agent.Guard;
        DocumentEndpoints documents = agent.Documents;
        string[] read = [HttpMethods.Get, HttpMethods.Head];
        group.MapMethods("", read, guard.Around(documents.GetAsync));
        group.MapPost("", guard.Around(MessageEndpoint.PostAsync, limited: true));
        group.MapMethods("", [HttpMethods.Options], guard.Around(OptionsAsync));
        group.MapMethods("/interaction", read, guard.Around(documents.InteractionAsync));
        group.MapMethods("/protocols", read, guard.Around(documents.ProtocolsAsync));
        group.MapMethods("/protocols/{digest}", read, guard.Around(documents.ProtocolAsync));
        group.MapMethods("/tasks/{task}", read, guard.Around(TaskEndpoints.GetAsync));
        group.MapDelete("/tasks/{task}", guard.Around(TaskEndpoints.DeleteAsync));
        group.MapGet("/tasks/{task}/events", guard.Around(TaskEndpoints.EventsAsync));
        group.MapGet("/sessions/{session}", guard.Around(SessionEndpoints.GetAsync));
        group.MapDelete("/sessions/{session}", guard.Around(SessionEndpoints.DeleteAsync));
    }

    /// <summary>Maps the index of the host's agents, <c>/.well-known/agents.json</c>, and the host's keys.</summary>
    /// <param name="endpoints">The application.</param>
    public static IEndpointConventionBuilder MapAgentDiscovery(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        MappedAgents agents = endpoints.ServiceProvider.GetRequiredService<MappedAgents>();
        MappedAgent first =
            agents.All.Count > 0 ? agents.All[0] : throw new InvalidOperationException("Map the agents before the discovery of them.");
        RouteGroupBuilder group = endpoints.MapGroup("/.well-known");
        group.MapMethods("/agents.json", [HttpMethods.Get, HttpMethods.Head], first.Guard.Around(call => IndexAsync(call, agents)));
        group.MapMethods("/agent-keys.json", [HttpMethods.Get, HttpMethods.Head], first.Guard.Around(KeysAsync));
        return group;
    }

    private static Task OptionsAsync(AgentCall call)
    {
        call.Response.StatusCode = 204;
        call.Response.Headers.Allow = "GET, HEAD, POST, OPTIONS";
        return Task.CompletedTask;
    }

    private static Task IndexAsync(AgentCall call, MappedAgents agents)
    {
        _ = int.TryParse(call.Request.Query["from"], out int from);
        from = Math.Clamp(from, 0, agents.All.Count);
        List<HostIndexEntry> entries =
        [
            .. agents
                .All.Skip(from)
                .Take(IndexPage)
                .Select(a =>
                {
                    string url = call.Root + a.Path;
                    AgentDescription description = a.Documents.Describe(url, call.Root, call.Services.Options);
                    return new HostIndexEntry(url, a.Runtime.Options.Name, description.Digest.Hex, call.Services.Started);
                }),
        ];
        string? next = from + IndexPage < agents.All.Count ? $"{call.Root}/.well-known/agents.json?from={from + IndexPage}" : null;
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(new HostIndex(entries, next), AgentJson.Default.HostIndex);
        return DocumentEndpoints.SendAsync(call, json, ContentDigest.Of(json), "application/json");
    }

    private static Task KeysAsync(AgentCall call)
    {
        if (call.Services.Options.SigningKey is not { Algorithm: not Security.SignatureAlgorithm.HmacSha256 } key)
        {
            throw AgentRefusal.NotFound("key");
        }
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, string> { [key.Id] = key.PublicPem() },
            AgentJson.Default.DictionaryStringString
        );
        return DocumentEndpoints.SendAsync(call, json, ContentDigest.Of(json), "application/json");
    }
}
