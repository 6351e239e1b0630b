namespace ResearchKit.Agents;

/// <summary>A task with its owner.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Owner">The caller; empty for a task that only its unguessable id gives access to.</param>
/// <param name="Task">The task.</param>
public sealed record TaskRecord(string Agent, string Owner, AgentTask Task);
