namespace ResearchKit.Agents;

/// <summary>Where a task is, since when, and what the agent says about it.</summary>
/// <param name="State">The state.</param>
/// <param name="Timestamp">Since when.</param>
/// <param name="Message">What the agent says, or null.</param>
public sealed record TaskStatusInfo(TaskState State, DateTimeOffset Timestamp, AgentMessage? Message = null);
