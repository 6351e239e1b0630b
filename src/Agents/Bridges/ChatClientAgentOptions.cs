using Microsoft.Extensions.AI;

namespace ResearchKit.Agents.Bridges;

/// <summary>How a model is asked.</summary>
public sealed record ChatClientAgentOptions
{
    /// <summary>What the model is told about itself, or null.</summary>
    public string? Instructions { get; init; }

    /// <summary>Options for the model, or null.</summary>
    public ChatOptions? Chat { get; init; }

    /// <summary>Whether answers come in pieces, as a task. Default false.</summary>
    public bool Stream { get; init; }

    /// <summary>Characters of the conversation that are kept, the newest. Default 2,048.</summary>
    public int MostConversation
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MostConversation is at least 1.");
    } = 2_048;
}
