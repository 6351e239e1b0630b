using System.Text.Json.Serialization;

namespace ResearchKit.Agents;

/// <summary>Where a task is. The last four are final.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TaskState>))]
public enum TaskState
{
    /// <summary>Accepted, not begun.</summary>
    [JsonStringEnumMemberName("submitted")]
    Submitted,

    /// <summary>Running.</summary>
    [JsonStringEnumMemberName("working")]
    Working,

    /// <summary>Waits for more from the caller.</summary>
    [JsonStringEnumMemberName("input_required")]
    InputRequired,

    /// <summary>Waits for authorisation.</summary>
    [JsonStringEnumMemberName("auth_required")]
    AuthRequired,

    /// <summary>Done.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>Failed.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Canceled by its owner.</summary>
    [JsonStringEnumMemberName("canceled")]
    Canceled,

    /// <summary>Refused by the agent.</summary>
    [JsonStringEnumMemberName("rejected")]
    Rejected,
}
