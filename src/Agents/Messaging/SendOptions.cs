namespace ResearchKit.Agents;

/// <summary>How one message is sent.</summary>
public sealed record SendOptions
{
    /// <summary>The idempotency key: with one, the message may be repeated and is carried out once. Default: a new one.</summary>
    public string? IdempotencyKey { get; init; } = AgentIds.New();

    /// <summary>How long the agent may wait before it answers with an unfinished task; null: its own choice.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>Whether the agent answers at once with a task.</summary>
    public bool RespondAsync { get; init; }
}
