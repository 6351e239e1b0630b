using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>Removes edges chosen at random.</summary>
/// <param name="share">The share of the edges, 0 to 1; their number is rounded.</param>
public sealed class EdgeDeletion(double share) : IGraphAttack
{
    private readonly double share = AttackAmount.Share(share);

    /// <inheritdoc/>
    public string Name => "edge deletion";

    /// <inheritdoc/>
    public AttackResult Apply(Graph graph, RandomStream random, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(random);
        int count = (int)Math.Round(share * graph.EdgeCount);
        return AttackResult.Of(graph, RandomPairs.Edges(graph, count, random).Select(e => new EdgeEdit(e.U, e.V, EditKind.Remove)));
    }
}
