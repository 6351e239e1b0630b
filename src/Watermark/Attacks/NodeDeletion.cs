using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>Deletes nodes chosen at random with their edges; the others keep their ids.</summary>
/// <param name="share">The share of the nodes, 0 to 1; their number is rounded.</param>
public sealed class NodeDeletion(double share) : IGraphAttack
{
    private readonly double share = AttackAmount.Share(share);

    /// <inheritdoc/>
    public string Name => "node deletion";

    /// <inheritdoc/>
    public AttackResult Apply(Graph graph, RandomStream random, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(random);
        int kept = graph.NodeCount - (int)Math.Round(share * graph.NodeCount);
        return AttackResult.OfKept(graph, [.. random.Sample(graph.NodeCount, kept).Order()]);
    }
}
