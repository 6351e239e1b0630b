using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResearchKit.Agents;

/// <summary>A message between agents.</summary>
public sealed record AgentMessage
{
    /// <summary>The sender's id of the message; without an idempotency key it removes duplicates within a session.</summary>
    public required string MessageId { get; init; }

    /// <summary>Who speaks.</summary>
    public AgentRole Role { get; init; }

    /// <summary>The parts, at least one.</summary>
    public required IReadOnlyList<AgentPart> Parts { get; init; }

    /// <summary>The conversation, or null. It groups; it is no secret and gives no access.</summary>
    public string? ContextId { get; init; }

    /// <summary>The task that the message belongs to, or null.</summary>
    public string? TaskId { get; init; }

    /// <summary>Tasks that the message refers to.</summary>
    public IReadOnlyList<string>? References { get; init; }

    /// <summary>The skill asked for, or null.</summary>
    public string? Skill { get; init; }

    /// <summary>The digest of the protocol document that the data follow, or null.</summary>
    public string? Protocol { get; init; }

    /// <summary>What the sender says besides.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Metadata { get; init; }

    /// <summary>Members that this version does not know.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>The texts of all parts, joined by newlines.</summary>
    [JsonIgnore]
    public string Text =>
        Parts.Count == 1 ? Parts[0].Text ?? "" : string.Join('\n', Parts.Where(p => p.Text is not null).Select(p => p.Text));

    /// <summary>A message of someone who asks.</summary>
    /// <param name="parts">The parts.</param>
    public static AgentMessage FromUser(params IReadOnlyList<AgentPart> parts) =>
        new()
        {
            MessageId = AgentIds.New(),
            Role = AgentRole.User,
            Parts = parts,
        };

    /// <summary>A message of an agent.</summary>
    /// <param name="parts">The parts.</param>
    public static AgentMessage FromAgent(params IReadOnlyList<AgentPart> parts) =>
        new()
        {
            MessageId = AgentIds.New(),
            Role = AgentRole.Agent,
            Parts = parts,
        };

    /// <summary>A text of someone who asks.</summary>
    /// <param name="text">The text.</param>
    public static AgentMessage FromUser(string text) => FromUser([AgentPart.OfText(text)]);

    /// <summary>A text of an agent.</summary>
    /// <param name="text">The text.</param>
    public static AgentMessage FromAgent(string text) => FromAgent([AgentPart.OfText(text)]);

    /// <summary>What is wrong with the message, as a path and a reason; null if nothing is.</summary>
    public (string Member, string Reason)? Problem()
    {
        if (string.IsNullOrEmpty(MessageId) || MessageId.Length > 255)
        {
            return ("messageId", "has 1 to 255 characters");
        }
        if (Parts is null || Parts.Count == 0)
        {
            return ("parts", "holds at least one part");
        }
        for (int i = 0; i < Parts.Count; i++)
        {
            if (Parts[i] is null || Parts[i].Contents != 1)
            {
                return ($"parts[{i}]", "has exactly one of text, data, url and raw");
            }
        }
        return null;
    }
}
