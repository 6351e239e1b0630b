namespace ResearchKit.Agents;

/// <summary>A result, or a piece of one.</summary>
/// <param name="Artifact">The result.</param>
/// <param name="Append">Whether its parts follow those sent before.</param>
/// <param name="LastChunk">Whether it is complete.</param>
public sealed record ArtifactEvent(AgentArtifact Artifact, bool Append = false, bool LastChunk = true) : AgentEvent
{
    internal override string Kind => "artifact";
}
