using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>
/// Removes the edges that look added: those whose ends have the fewest common neighbours. The natural attack on a mark of added edges in a graph with triangles.
/// </summary>
/// <param name="count">How many edges are removed, at least 0.</param>
public sealed class Denoising(int count) : IGraphAttack
{
    private readonly int count = AttackAmount.Count(count);

    /// <inheritdoc/>
    public string Name => "denoising";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The graph has fewer edges.</exception>
    public AttackResult Apply(Graph graph, RandomStream random, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(random);
        RandomPairs.Require(count, graph.EdgeCount, "edges");
        (int U, int V)[] edges = new (int, int)[graph.EdgeCount];
        graph.CopyEdges(edges);
        // Shuffled first: equal scores are taken in random order, the sort being stable.
        random.Shuffle(edges.AsSpan());
        int[] scores = new int[edges.Length];
        for (int i = 0; i < edges.Length; i++)
        {
            if (i % 4096 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            scores[i] = CommonNeighbours(graph, edges[i].U, edges[i].V);
        }
        return AttackResult.Of(
            graph,
            Enumerable
                .Range(0, edges.Length)
                .OrderBy(i => scores[i])
                .Take(count)
                .Select(i => new EdgeEdit(edges[i].U, edges[i].V, EditKind.Remove))
        );
    }

    private static int CommonNeighbours(Graph graph, int u, int v)
    {
        ReadOnlySpan<int> a = graph.Neighbours(u);
        ReadOnlySpan<int> b = graph.Neighbours(v);
        int common = 0;
        for (int i = 0, j = 0; i < a.Length && j < b.Length; )
        {
            common += a[i] == b[j] ? 1 : 0;
            (i, j) =
                a[i] < b[j] ? (i + 1, j)
                : a[i] > b[j] ? (i, j + 1)
                : (i + 1, j + 1);
        }
        return common;
    }
}
