namespace ResearchKit.Agents;

/// <summary>What an agent answers: a message or a task.</summary>
/// <param name="Message">The message, or null.</param>
/// <param name="Task">The task, or null.</param>
public sealed record AgentReply(AgentMessage? Message, AgentTask? Task)
{
    /// <summary>Whether an earlier answer to the same idempotency key was replayed.</summary>
    public bool Replayed { get; init; }

    /// <summary>The text of the message or of the task's results.</summary>
    public string Text => Message?.Text ?? Task?.Text ?? "";
}
