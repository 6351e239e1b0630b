namespace ResearchKit.Graphs;

/// <summary>One change of an undirected graph: the pair {U, V} gains or loses its edge. The order of U and V carries no meaning.</summary>
/// <param name="U">A node, 0-based.</param>
/// <param name="V">The other node, 0-based, different from <paramref name="U"/>.</param>
/// <param name="Kind">Whether the edge is added or removed.</param>
public readonly record struct EdgeEdit(int U, int V, EditKind Kind)
{
    /// <summary>The edit that takes this one back.</summary>
    public EdgeEdit Inverse => this with { Kind = Kind == EditKind.Add ? EditKind.Remove : EditKind.Add };
}
