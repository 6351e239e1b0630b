using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>Adds edges between nodes chosen at random.</summary>
/// <param name="count">How many edges, at least 0.</param>
public sealed class EdgeAddition(int count) : IGraphAttack
{
    private readonly int count = AttackAmount.Count(count);

    /// <inheritdoc/>
    public string Name => "edge addition";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The graph has fewer non-edges.</exception>
    public AttackResult Apply(Graph graph, RandomStream random, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(random);
        RandomPairs.Require(count, graph.PairCount - graph.EdgeCount, "non-edges");
        (int U, int V)[] added = RandomPairs.NonEdges(graph, count, random, allowed: null, cancellationToken);
        return AttackResult.Of(graph, added.Select(e => new EdgeEdit(e.U, e.V, EditKind.Add)));
    }
}
