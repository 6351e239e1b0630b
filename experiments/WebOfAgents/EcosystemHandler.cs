using System.Runtime.CompilerServices;
using ResearchKit.Agents;

namespace ResearchKit.Papers.WebOfAgents;

/// <summary>The layer's side of an adapter: an agent that passes what it hears to an agent of another ecosystem.</summary>
/// <param name="ecosystem">The other ecosystem.</param>
/// <param name="root">Where its agent is.</param>
internal sealed class EcosystemHandler(string ecosystem, Uri root) : IAgentHandler, IAsyncDisposable
{
    public async IAsyncEnumerable<AgentEvent> HandleAsync(
        AgentRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        AgentMessage answer = await EcosystemCaller.AskAsync(
            ecosystem,
            EcosystemCaller.Endpoint(ecosystem, root),
            request.Message,
            cancellationToken
        );
        yield return AgentEvent.Reply(answer with { MessageId = AgentIds.New(), Role = AgentRole.Agent });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
