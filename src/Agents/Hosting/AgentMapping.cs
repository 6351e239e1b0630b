using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace ResearchKit.Agents.Hosting;

/// <summary>The addresses of a mapped agent; the bridges add theirs to it.</summary>
public sealed class AgentMapping : IEndpointConventionBuilder
{
    private readonly RouteGroupBuilder _group;

    internal AgentMapping(IEndpointRouteBuilder endpoints, RouteGroupBuilder group, MappedAgent agent, MappedAgents mapped) =>
        (Endpoints, _group, Agent, Mapped) = (endpoints, group, agent, mapped);

    internal IEndpointRouteBuilder Endpoints { get; }

    internal RouteGroupBuilder Group => _group;

    internal MappedAgent Agent { get; }

    internal MappedAgents Mapped { get; }

    /// <inheritdoc/>
    public void Add(Action<EndpointBuilder> convention) => ((IEndpointConventionBuilder)_group).Add(convention);

    /// <inheritdoc/>
    public void Finally(Action<EndpointBuilder> finallyConvention) => ((IEndpointConventionBuilder)_group).Finally(finallyConvention);
}
