using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResearchKit.Agents;

/// <summary>Something an agent can do.</summary>
public sealed record AgentSkill
{
    /// <summary>The id, unique in the document.</summary>
    public required string Id { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>What it does; empty if nothing is said.</summary>
    public string Description
    {
        get => field ?? ""; // generated readers set what is missing to null, whatever the default
        init;
    }

    /// <summary>Words to find it by.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Requests as one would write them.</summary>
    public IReadOnlyList<string>? Examples { get; init; }

    /// <summary>Media types it takes, if they differ from the agent's.</summary>
    public IReadOnlyList<string>? Input { get; init; }

    /// <summary>Media types it gives, if they differ from the agent's.</summary>
    public IReadOnlyList<string>? Output { get; init; }

    /// <summary>Digests of protocol documents it accepts.</summary>
    public IReadOnlyList<string>? Protocols { get; init; }

    /// <summary>Members that this version does not know.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
