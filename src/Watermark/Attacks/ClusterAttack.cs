using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>
/// The cluster-aware attacks of arXiv:2504.17971 (abstract): communities are found first, and the budget is spent along their borders, half on each kind of edit.
/// </summary>
/// <param name="budget">How many pairs are flipped in all, at least 0.</param>
/// <param name="plan">Which pairs.</param>
public sealed class ClusterAttack(int budget, ClusterPlan plan) : IGraphAttack
{
    private readonly int budget = AttackAmount.Count(budget);

    /// <inheritdoc/>
    public string Name => plan == ClusterPlan.DensifyInside ? "cluster-aware, denser inside" : "cluster-aware, sparser inside";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The graph has fewer pairs of the two kinds than the budget.</exception>
    public AttackResult Apply(Graph graph, RandomStream random, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(random);
        int[] community = LabelPropagation.Communities(graph, random.Split("communities"), cancellationToken);
        bool densify = plan == ClusterPlan.DensifyInside;
        bool Added(int u, int v) => community[u] == community[v] == densify;
        (int U, int V)[] removable = [.. graph.Edges().Where(e => !Added(e.U, e.V))];
        // Where one kind runs short, the other takes the rest.
        (int U, int V)[] addable = RandomPairs.NonEdges(graph, budget, random.Split("additions"), Added, cancellationToken);
        RandomPairs.Require(budget, (long)removable.Length + addable.Length, "pairs inside and between communities");
        int removals = Math.Clamp(budget / 2, budget - Math.Min(budget, addable.Length), removable.Length);
        int additions = budget - removals;
        RandomStream choice = random.Split("choice");
        return AttackResult.Of(
            graph,
            [
                .. choice.Sample(removable.Length, removals).Select(i => new EdgeEdit(removable[i].U, removable[i].V, EditKind.Remove)),
                .. choice.Sample(addable.Length, additions).Select(i => new EdgeEdit(addable[i].U, addable[i].V, EditKind.Add)),
            ]
        );
    }
}
