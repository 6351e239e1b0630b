namespace ResearchKit.Agents;

/// <summary>What an agent does. One path for answers and for streams: a handler yields events, the host makes of them what the caller asked for.</summary>
public interface IAgentHandler
{
    /// <summary>
    /// Answers. A <see cref="MessageEvent"/> as the first event is the whole answer; anything else begins a task, which completes when the events end without a final state.
    /// The token is cancelled when the task is, never because a reader went away.
    /// </summary>
    /// <param name="request">The message and who sent it.</param>
    /// <param name="cancellationToken">Cancelled with the task.</param>
    IAsyncEnumerable<AgentEvent> HandleAsync(AgentRequest request, CancellationToken cancellationToken);
}
