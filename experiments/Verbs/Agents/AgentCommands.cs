using System.Runtime.CompilerServices;
using ResearchKit.Agents;
using ResearchKit.Agents.Security;

namespace ResearchKit.Papers.Verbs;

/// <summary>The work behind the agents verb.</summary>
internal static class AgentCommands
{
    /// <summary>Answers with what it gets: to try things out without a model.</summary>
    internal static async IAsyncEnumerable<AgentEvent> EchoAsync(
        AgentRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask;
        yield return AgentEvent.Reply(AgentMessage.FromAgent([.. request.Message.Parts]));
    }

    /// <summary>A client that may speak to what the user named: loopback only if the address is one.</summary>
    internal static AgentClient ClientFor(Uri agent) =>
        new(new AgentClientOptions { Outbound = agent.IsLoopback ? OutboundPolicy.Loopback : OutboundPolicy.Default });

    /// <summary>What was announced, and whether what was read is it.</summary>
    internal static async Task<AgentDescriptionReport> DescribeAsync(Uri agent, CancellationToken cancellationToken)
    {
        using AgentClient client = ClientFor(agent);
        AgentDocument document = await client.DescribeAsync(agent, cancellationToken);
        InteractionDocument interaction = await client.InteractionAsync(document, cancellationToken);
        return new AgentDescriptionReport(document, interaction.Text, interaction.Digest.Hex);
    }
}

/// <summary>An agent's documents.</summary>
/// <param name="Document">The agent document.</param>
/// <param name="Interaction">The interaction document.</param>
/// <param name="InteractionDigest">Its digest, as announced.</param>
internal sealed record AgentDescriptionReport(AgentDocument Document, string Interaction, string InteractionDigest);

/// <summary>What an agent answered.</summary>
/// <param name="Text">The text.</param>
/// <param name="TaskId">The task, or null.</param>
/// <param name="State">Its state, or null.</param>
/// <param name="Sequence">The number of its last event.</param>
internal sealed record AgentCallReport(string Text, string? TaskId, string? State, long Sequence);
