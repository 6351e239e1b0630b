using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>An attacked graph.</summary>
/// <param name="Graph">The graph after the attack.</param>
/// <param name="Edits">
/// Exactly which edges were changed, ascending by (U, V), in the numbers of the graph before the attack; nodes that were added have the numbers after its last.
/// Edges that vanish with a deleted node are among them.
/// </param>
public sealed record AttackResult(Graph Graph, IReadOnlyList<EdgeEdit> Edits)
{
    /// <summary>The nodes that were deleted, ascending.</summary>
    public IReadOnlyList<int> DeletedNodes { get; init; } = [];

    /// <summary>How many nodes were added.</summary>
    public int AddedNodes { get; init; }

    /// <summary>For each node of the graph before its number after, if the attack renumbered nodes and took away their ids.</summary>
    public IReadOnlyList<int>? NewNumbers { get; init; }

    /// <summary>The result of edits on an otherwise unchanged graph.</summary>
    internal static AttackResult Of(Graph graph, IEnumerable<EdgeEdit> edits)
    {
        EdgeEdit[] ordered = [.. edits];
        Array.Sort(ordered, static (a, b) => a.U != b.U ? a.U.CompareTo(b.U) : a.V.CompareTo(b.V));
        return new AttackResult(ordered.Length == 0 ? graph : graph.ApplyEdits(ordered), ordered);
    }

    /// <summary>The result of keeping some of the nodes, ascending, with their ids.</summary>
    internal static AttackResult OfKept(Graph graph, int[] kept)
    {
        bool[] stays = new bool[graph.NodeCount];
        foreach (int node in kept)
        {
            stays[node] = true;
        }
        EdgeEdit[] edits = [.. graph.Edges().Where(e => !stays[e.U] || !stays[e.V]).Select(e => new EdgeEdit(e.U, e.V, EditKind.Remove))];
        Graph named = graph.ExternalIds is null
            ? graph.WithIds(NodeIds.Of([.. Enumerable.Range(0, graph.NodeCount).Select(n => (long)n)]))
            : graph;
        return new AttackResult(named.InducedSubgraph(kept), edits)
        {
            DeletedNodes = [.. Enumerable.Range(0, graph.NodeCount).Where(node => !stays[node])],
        };
    }
}
