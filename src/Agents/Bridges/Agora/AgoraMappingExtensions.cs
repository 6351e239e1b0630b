using Microsoft.AspNetCore.Builder;
using ResearchKit.Agents.Hosting;

namespace ResearchKit.Agents.Bridges.Agora;

/// <summary>Lets an agent be spoken to by Agora (arXiv:2410.11905).</summary>
public static class AgoraMappingExtensions
{
    /// <summary>Adds the endpoint of Agora below the agent's address, at <c>/agora</c>: requests with <c>protocolHash</c>, <c>protocolSources</c> and <c>body</c>.</summary>
    /// <param name="mapping">The mapped agent.</param>
    public static AgentMapping WithAgora(this AgentMapping mapping)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        mapping.Agent.Bridges.Add(new AgentChannel(AgentChannelKinds.Agora, "agora"));
        mapping.Group.MapPost("/agora", mapping.Agent.Guard.Around(AgoraEndpoint.PostAsync, limited: true));
        return mapping;
    }
}
