using System.Text.Json;

namespace ResearchKit.Agents;

/// <summary>A result of a task.</summary>
public sealed record AgentArtifact
{
    /// <summary>The id within the task.</summary>
    public required string ArtifactId { get; init; }

    /// <summary>The name.</summary>
    public string? Name { get; init; }

    /// <summary>What it is.</summary>
    public string? Description { get; init; }

    /// <summary>The parts.</summary>
    public required IReadOnlyList<AgentPart> Parts { get; init; }

    /// <summary>What the agent says besides.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Metadata { get; init; }
}
