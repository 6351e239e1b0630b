using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>
/// Exchanges the ends of pairs of edges, which keeps every degree (Maslov and Sneppen 2002): edges ab and cd become ac and bd, unless a loop or a double edge came of it.
/// </summary>
/// <param name="share">The share of the edges that are exchanged, 0 to 1: a switch exchanges two.</param>
public sealed class EdgeRewiring(double share) : IGraphAttack
{
    // A switch fails where the new edges are there already; in a graph that allows switches at all a few tries are enough.
    private const int TriesPerSwitch = 1000;

    private readonly double share = AttackAmount.Share(share);

    /// <inheritdoc/>
    public string Name => "edge rewiring";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The graph does not allow so many switches; the message says how many were found.</exception>
    public AttackResult Apply(Graph graph, RandomStream random, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(random);
        int wanted = (int)Math.Round(share * graph.EdgeCount / 2);
        (int U, int V)[] edges = new (int, int)[graph.EdgeCount];
        graph.CopyEdges(edges);
        HashSet<(int, int)> present = [.. edges];
        long tries = 0;
        int done = 0;
        while (done < wanted)
        {
            if (++tries > (long)TriesPerSwitch * Math.Max(10, wanted))
            {
                throw new ArgumentException($"The graph allows {done} switches of two edges, not {wanted}.", nameof(graph));
            }
            if ((tries & 0xFFF) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            int i = random.NextInt(edges.Length);
            int j = random.NextInt(edges.Length);
            (int a, int b) = edges[i];
            (int c, int d) = random.NextInt(2) == 0 ? edges[j] : (edges[j].V, edges[j].U);
            (int, int) first = Ordered(a, c);
            (int, int) second = Ordered(b, d);
            if (i == j || a == c || b == d || first == second || present.Contains(first) || present.Contains(second))
            {
                continue;
            }
            present.Remove(edges[i]);
            present.Remove(edges[j]);
            present.Add(first);
            present.Add(second);
            (edges[i], edges[j]) = (first, second);
            done++;
        }
        Graph rewired = Graph.FromEdges(graph.NodeCount, edges, graph.ExternalIds);
        return new AttackResult(rewired, Graph.SymmetricDifference(graph, rewired));
    }

    private static (int, int) Ordered(int u, int v) => u < v ? (u, v) : (v, u);
}
