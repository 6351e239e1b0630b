using System.Text.Json.Serialization;

namespace ResearchKit.Agents;

/// <summary>Who speaks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AgentRole>))]
public enum AgentRole
{
    /// <summary>Who asks.</summary>
    [JsonStringEnumMemberName("user")]
    User,

    /// <summary>Who answers.</summary>
    [JsonStringEnumMemberName("agent")]
    Agent,
}
