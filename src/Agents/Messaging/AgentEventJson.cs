using System.Text.Json;

namespace ResearchKit.Agents;

/// <summary>Events to and from JSON.</summary>
internal static class AgentEventJson
{
    internal static byte[] Write(AgentEvent value) =>
        value switch
        {
            StatusEvent e => JsonSerializer.SerializeToUtf8Bytes(e, AgentJson.Default.StatusEvent),
            ArtifactEvent e => JsonSerializer.SerializeToUtf8Bytes(e, AgentJson.Default.ArtifactEvent),
            MessageEvent e => JsonSerializer.SerializeToUtf8Bytes(e, AgentJson.Default.MessageEvent),
            TaskEvent e => JsonSerializer.SerializeToUtf8Bytes(e, AgentJson.Default.TaskEvent),
            _ => throw new ArgumentException($"{value.GetType()} is no event of this library.", nameof(value)),
        };

    /// <summary>The event; null for a kind that this version does not know.</summary>
    internal static AgentEvent? Read(string kind, ReadOnlySpan<byte> json) =>
        kind switch
        {
            "status" => JsonSerializer.Deserialize(json, AgentJson.Default.StatusEvent),
            "artifact" => JsonSerializer.Deserialize(json, AgentJson.Default.ArtifactEvent),
            "message" => JsonSerializer.Deserialize(json, AgentJson.Default.MessageEvent),
            "task" => JsonSerializer.Deserialize(json, AgentJson.Default.TaskEvent),
            _ => null,
        };
}
