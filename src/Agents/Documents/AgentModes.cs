namespace ResearchKit.Agents;

/// <summary>Media types.</summary>
/// <param name="Input">Taken.</param>
/// <param name="Output">Given.</param>
public sealed record AgentModes(IReadOnlyList<string> Input, IReadOnlyList<string> Output)
{
    /// <summary>Text and JSON, both ways.</summary>
    public static AgentModes TextAndJson { get; } = new(["text/plain", "application/json"], ["text/plain", "application/json"]);
}
