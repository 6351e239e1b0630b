namespace ResearchKit.Agents;

/// <summary>A message as a handler gets it.</summary>
public sealed class AgentRequest
{
    /// <summary>The message. Everything in it is data of a stranger.</summary>
    public required AgentMessage Message { get; init; }

    /// <summary>Who sent it.</summary>
    public required AgentPrincipal Principal { get; init; }

    /// <summary>What the agent keeps about the caller.</summary>
    public required AgentStateAccess State { get; init; }

    /// <summary>The protocol document that the message names, or null.</summary>
    public ProtocolDocument? Protocol { get; init; }

    /// <summary>The task so far, when the message goes on with one; else null.</summary>
    public AgentTask? Task { get; init; }

    /// <summary>The text of the message.</summary>
    public string Text => Message.Text;
}
