namespace ResearchKit.Agents;

/// <summary>A whole task: the first event of a stream, and what a reader gets instead of events that are no longer kept.</summary>
/// <param name="Task">The task.</param>
/// <param name="Gap">Whether events between the reader's last one and this are lost to it; their effect is in the task.</param>
public sealed record TaskEvent(AgentTask Task, bool Gap = false) : AgentEvent
{
    internal override string Kind => "task";
}
