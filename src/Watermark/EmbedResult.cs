using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>A marked graph, and what was done to it.</summary>
/// <param name="Graph">The marked graph; the original itself if there was no effect.</param>
/// <param name="Edits">The flipped pairs, ascending by (U, V).</param>
/// <param name="Warning">What was not achieved.</param>
public record EmbedResult(Graph Graph, IReadOnlyList<EdgeEdit> Edits, EmbedWarning Warning)
{
    /// <summary>How many edges were added.</summary>
    public int Added { get; } = Edits.Count(e => e.Kind == EditKind.Add);

    /// <summary>How many edges were removed.</summary>
    public int Removed => Edits.Count - Added;

    /// <summary>Writes pairs to a graph: the edits that are needed, and their result.</summary>
    internal static EmbedResult Write(Graph original, IEnumerable<(int U, int V, bool IsEdge)> wanted)
    {
        EdgeEdit[] edits =
        [
            .. wanted
                .Where(p => original.HasEdge(p.U, p.V) != p.IsEdge)
                .Select(p => new EdgeEdit(Math.Min(p.U, p.V), Math.Max(p.U, p.V), p.IsEdge ? EditKind.Add : EditKind.Remove))
                .OrderBy(e => e.U)
                .ThenBy(e => e.V),
        ];
        return edits.Length == 0
            ? new EmbedResult(original, edits, EmbedWarning.NoEffect)
            : new EmbedResult(original.ApplyEdits(edits), edits, EmbedWarning.None);
    }
}
