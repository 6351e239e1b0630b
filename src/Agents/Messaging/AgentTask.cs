using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResearchKit.Agents;

/// <summary>Work that outlives a request: its state, what came out so far, and what was said.</summary>
public sealed record AgentTask
{
    /// <summary>The id; made by the server, not to be guessed.</summary>
    public required string Id { get; init; }

    /// <summary>The conversation.</summary>
    public required string ContextId { get; init; }

    /// <summary>Where it is.</summary>
    public required TaskStatusInfo Status { get; init; }

    /// <summary>Results so far.</summary>
    public IReadOnlyList<AgentArtifact>? Artifacts { get; init; }

    /// <summary>Messages so far.</summary>
    public IReadOnlyList<AgentMessage>? History { get; init; }

    /// <summary>The number of the last event; events are numbered from 1 without a gap.</summary>
    public long Sequence { get; init; }

    /// <summary>What the agent says besides.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Metadata { get; init; }

    /// <summary>Members that this version does not know.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>Whether nothing more will come.</summary>
    [JsonIgnore]
    public bool IsTerminal => TaskTransitions.IsTerminal(Status.State);

    /// <summary>The texts of all artifacts, else of the status.</summary>
    [JsonIgnore]
    public string Text =>
        Artifacts is { Count: > 0 } ? string.Concat(Artifacts.SelectMany(a => a.Parts).Select(p => p.Text)) : Status.Message?.Text ?? "";

    /// <summary>The task after an event.</summary>
    /// <param name="next">The event, with its sequence.</param>
    /// <exception cref="InvalidOperationException">The event makes a move that <see cref="TaskTransitions"/> does not allow.</exception>
    public AgentTask After(AgentEvent next)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (IsTerminal)
        {
            throw new InvalidOperationException($"Task {Id} is {Status.State}; a final task never changes.");
        }
        return next switch
        {
            StatusEvent s when TaskTransitions.Allows(Status.State, s.Status.State) => this with
            {
                Status = s.Status,
                Sequence = s.Sequence,
            },
            StatusEvent s => throw new InvalidOperationException($"Task {Id} cannot go from {Status.State} to {s.Status.State}."),
            ArtifactEvent a => this with { Artifacts = Joined(a), Sequence = a.Sequence },
            MessageEvent m => this with { History = [.. History ?? [], m.Message], Sequence = m.Sequence },
            _ => this with { Sequence = next.Sequence },
        };
    }

    private AgentArtifact[] Joined(ArtifactEvent next)
    {
        AgentArtifact[] known = [.. Artifacts ?? []];
        int at = Array.FindIndex(known, a => a.ArtifactId == next.Artifact.ArtifactId);
        if (at < 0)
        {
            return [.. known, next.Artifact];
        }
        known[at] = next.Append ? known[at] with { Parts = [.. known[at].Parts, .. next.Artifact.Parts] } : next.Artifact;
        return known;
    }
}
