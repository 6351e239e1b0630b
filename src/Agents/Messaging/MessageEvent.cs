namespace ResearchKit.Agents;

/// <summary>The agent says something.</summary>
/// <param name="Message">What.</param>
public sealed record MessageEvent(AgentMessage Message) : AgentEvent
{
    internal override string Kind => "message";
}
