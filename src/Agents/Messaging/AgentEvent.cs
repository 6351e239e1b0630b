namespace ResearchKit.Agents;

/// <summary>Something that happens in a task. A handler yields events without task and sequence; the host gives them both.</summary>
public abstract record AgentEvent
{
    /// <summary>The task; empty before the host gave one, and for a message that needs no task.</summary>
    public string TaskId { get; init; } = "";

    /// <summary>The number within the task, from 1 without a gap; 0 where there is no task.</summary>
    public long Sequence { get; init; }

    /// <summary>SHA-256 over the event before, in its encoded form: whoever follows a stream across reconnections can tell that nothing was lost or changed.</summary>
    public string? Previous { get; init; }

    /// <summary>The name of the event on the wire.</summary>
    internal abstract string Kind { get; }

    /// <summary>An answer that is a message. As the first event of a handler it ends the exchange without a task.</summary>
    /// <param name="message">The message.</param>
    public static AgentEvent Reply(AgentMessage message) => new MessageEvent(message);

    /// <summary>An answer that is a text.</summary>
    /// <param name="text">The text.</param>
    public static AgentEvent Reply(string text) => new MessageEvent(AgentMessage.FromAgent(text));

    /// <summary>A new state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="text">What to say about it, or null.</param>
    public static AgentEvent State(TaskState state, string? text = null) =>
        new StatusEvent(new TaskStatusInfo(state, default, text is null ? null : AgentMessage.FromAgent(text)));

    /// <summary>A result, or a piece of one.</summary>
    /// <param name="artifact">The result.</param>
    /// <param name="append">Whether its parts follow those sent before.</param>
    /// <param name="lastChunk">Whether it is complete.</param>
    public static AgentEvent Result(AgentArtifact artifact, bool append = false, bool lastChunk = true) =>
        new ArtifactEvent(artifact, append, lastChunk);

    /// <summary>A piece of a text.</summary>
    /// <param name="artifactId">The result it belongs to.</param>
    /// <param name="text">The piece.</param>
    /// <param name="append">Whether it follows pieces sent before.</param>
    /// <param name="lastChunk">Whether the result is complete.</param>
    public static AgentEvent Chunk(string artifactId, string text, bool append, bool lastChunk = false) =>
        new ArtifactEvent(new AgentArtifact { ArtifactId = artifactId, Parts = [AgentPart.OfText(text)] }, append, lastChunk);
}
