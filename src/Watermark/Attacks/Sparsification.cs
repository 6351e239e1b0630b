using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>Keeps a random spanning forest, so that nothing falls apart, and a share of the other edges.</summary>
/// <param name="share">The share of the edges outside the forest that is kept, 0 to 1; their number is rounded.</param>
public sealed class Sparsification(double share) : IGraphAttack
{
    private readonly double share = AttackAmount.Share(share);

    /// <inheritdoc/>
    public string Name => "sparsification";

    /// <inheritdoc/>
    public AttackResult Apply(Graph graph, RandomStream random, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(random);
        (int U, int V)[] edges = new (int, int)[graph.EdgeCount];
        graph.CopyEdges(edges);
        random.Shuffle(edges.AsSpan());
        cancellationToken.ThrowIfCancellationRequested();
        int[] parent = [.. Enumerable.Range(0, graph.NodeCount)];
        List<(int U, int V)> others = [];
        foreach ((int u, int v) in edges)
        {
            int a = Root(parent, u);
            int b = Root(parent, v);
            if (a == b)
            {
                others.Add((u, v));
            }
            else
            {
                parent[a] = b;
            }
        }
        // The edges are in random order already.
        int kept = (int)Math.Round(share * others.Count);
        return AttackResult.Of(graph, others.Skip(kept).Select(e => new EdgeEdit(e.U, e.V, EditKind.Remove)));
    }

    private static int Root(int[] parent, int node)
    {
        while (parent[node] != node)
        {
            parent[node] = parent[parent[node]];
            node = parent[node];
        }
        return node;
    }
}
