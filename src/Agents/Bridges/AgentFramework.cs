using System.Runtime.CompilerServices;
using Microsoft.Agents.AI;

namespace ResearchKit.Agents.Bridges;

/// <summary>Microsoft Agent Framework, both ways: an agent of the web as an <see cref="AIAgent"/>, and an <see cref="AIAgent"/> on the web.</summary>
public static class AgentFramework
{
    /// <summary>An agent of the web as an agent of the framework.</summary>
    /// <param name="client">The client; it is not disposed.</param>
    /// <param name="agent">The agent's address.</param>
    /// <param name="document">Its document, for name and description; or null.</param>
    public static AIAgent AsAIAgent(AgentClient client, Uri agent, AgentDocument? document = null) =>
        new Microsoft.Agents.AI.ChatClientAgent(
            new AgentChatClient(client, agent),
            name: document?.Name,
            description: document?.Description
        );

    /// <summary>A handler that an agent of the framework answers for, in pieces.</summary>
    /// <param name="agent">The agent.</param>
    public static IAgentHandler AsHandler(AIAgent agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return new FrameworkHandler(agent);
    }

    private sealed class FrameworkHandler(AIAgent agent) : IAgentHandler
    {
        public async IAsyncEnumerable<AgentEvent> HandleAsync(
            AgentRequest request,
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            yield return AgentEvent.State(TaskState.Working);
            bool first = true;
            await foreach (AgentResponseUpdate update in agent.RunStreamingAsync(request.Text, cancellationToken: cancellationToken))
            {
                if (update.Text.Length > 0)
                {
                    yield return AgentEvent.Chunk("answer", update.Text, append: !first);
                    first = false;
                }
            }
        }
    }
}
