using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResearchKit.Agents;

/// <summary>What is posted to an agent.</summary>
internal sealed record SendRequest
{
    public required AgentMessage Message { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>What an agent answers.</summary>
internal sealed record SendReply(AgentMessage? Message, AgentTask? Task);

/// <summary>The index of a host.</summary>
internal sealed record HostIndex(IReadOnlyList<HostIndexEntry> Agents, string? Next);

/// <summary>An agent in the index of its host.</summary>
internal sealed record HostIndexEntry(string Url, string Name, string Digest, DateTimeOffset LastModified);

/// <summary>A problem (RFC 9457).</summary>
internal sealed record AgentProblem(string Type, string Title, int Status, string? Detail)
{
    public string? Member { get; init; }

    public IReadOnlyList<string>? Allowed { get; init; }
}

/// <summary>What a caller may see of its session.</summary>
internal sealed record SessionView(
    string Agent,
    DateTimeOffset Created,
    DateTimeOffset Expires,
    IReadOnlyDictionary<string, JsonElement> Values
);

/// <summary>The protocol documents an agent accepts.</summary>
internal sealed record ProtocolListing(IReadOnlyList<ProtocolListed> Protocols);

/// <summary>A protocol document in a list.</summary>
internal sealed record ProtocolListed(string Digest, string AgoraId, string Name, string Description, bool Compilable);
