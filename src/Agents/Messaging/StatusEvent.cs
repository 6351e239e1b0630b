namespace ResearchKit.Agents;

/// <summary>A task's state has changed, or it reports progress.</summary>
/// <param name="Status">The state.</param>
public sealed record StatusEvent(TaskStatusInfo Status) : AgentEvent
{
    internal override string Kind => "status";
}
