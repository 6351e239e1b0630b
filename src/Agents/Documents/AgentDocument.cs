using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResearchKit.Agents;

/// <summary>
/// What an agent is and how it is reached, for machines: name, skills, media types, channels, state, keys, and where its interaction document is with which digest. The paper names the need
/// (arXiv:2505.21550, agent discovery); the fields are this library's. Unknown members are kept.
/// </summary>
public sealed record AgentDocument
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/vnd.woa.agent+json";

    /// <summary>The name, 1 to 128 characters. It identifies nothing: the address does.</summary>
    public required string Name { get; init; }

    /// <summary>What the agent does, at most 4096 characters.</summary>
    public required string Description { get; init; }

    /// <summary>The absolute address; of the origin that serves the document.</summary>
    public required string Url { get; init; }

    /// <summary>The agent's version.</summary>
    public required string Version { get; init; }

    /// <summary>Who offers it.</summary>
    public AgentProvider? Provider { get; init; }

    /// <summary>Where the interaction document is, and its digest.</summary>
    public required AgentDocumentReference Interaction { get; init; }

    /// <summary>The skills, at least one, with ids that differ.</summary>
    public required IReadOnlyList<AgentSkill> Skills { get; init; }

    /// <summary>The media types it takes and gives.</summary>
    public required AgentModes Modes { get; init; }

    /// <summary>How it is spoken to, the preferred way first; at least one.</summary>
    public required IReadOnlyList<AgentChannel> Channels { get; init; }

    /// <summary>Whether it streams events.</summary>
    public bool Streaming { get; init; }

    /// <summary>What it keeps about a caller; null: nothing.</summary>
    public AgentStateTerms? State { get; init; }

    /// <summary>How callers prove who they are; null or empty: they need not.</summary>
    public IReadOnlyList<AgentAuth>? Auth { get; init; }

    /// <summary>What it accepts at most.</summary>
    public AgentLimits? Limits { get; init; }

    /// <summary>The address of its keys (a JWK set).</summary>
    public string? Keys { get; init; }

    /// <summary>Other agents it works with: links for a crawler.</summary>
    public IReadOnlyList<string>? References { get; init; }

    /// <summary>The language of its texts (BCP 47).</summary>
    public string? Language { get; init; }

    /// <summary>When the document is out of date.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Signatures over the document without this member.</summary>
    public IReadOnlyList<DocumentSignature>? Signatures { get; init; }

    /// <summary>Members that this version does not know.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>The document as JSON.</summary>
    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, AgentJson.Default.AgentDocument);

    /// <summary>Reads a document that a stranger serves; see <see cref="AgentDocumentReader"/>.</summary>
    /// <param name="json">UTF-8.</param>
    /// <exception cref="DocumentRejectedException">The document breaks a limit or a rule.</exception>
    public static AgentDocument Parse(ReadOnlyMemory<byte> json) => AgentDocumentReader.Read(json);
}
