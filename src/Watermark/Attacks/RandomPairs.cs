using System.Globalization;
using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>Random choices of edges and non-edges, all distinct.</summary>
internal static class RandomPairs
{
    /// <summary>Some edges, uniformly chosen.</summary>
    public static (int U, int V)[] Edges(Graph graph, int count, RandomStream random)
    {
        (int U, int V)[] edges = new (int, int)[graph.EdgeCount];
        graph.CopyEdges(edges);
        return [.. random.Sample(edges.Length, count).Order().Select(i => edges[i])];
    }

    /// <summary>Some non-edges, uniformly chosen among those that are allowed.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="count">How many.</param>
    /// <param name="random">The attacker's numbers.</param>
    /// <param name="allowed">Which pairs may be taken; all if null.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Fewer than wanted if there are no more.</returns>
    public static (int U, int V)[] NonEdges(
        Graph graph,
        int count,
        RandomStream random,
        Func<int, int, bool>? allowed,
        CancellationToken cancellationToken
    )
    {
        HashSet<(int, int)> chosen = [];
        // By rejection while it lasts: an expected few draws each while most pairs qualify, given up after many misses in a row.
        long misses = 0;
        long patience = 64L * Math.Max(1024, count);
        while (chosen.Count < count && misses < patience && graph.NodeCount > 1)
        {
            int u = random.NextInt(graph.NodeCount);
            int v = random.NextInt(graph.NodeCount - 1);
            v += v >= u ? 1 : 0;
            (int, int) pair = u < v ? (u, v) : (v, u);
            bool taken = !graph.HasEdge(u, v) && allowed?.Invoke(pair.Item1, pair.Item2) != false && chosen.Add(pair);
            misses += taken ? 0 : 1;
            if ((misses & 0xFFFF) == 0xFFFF)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        if (chosen.Count < count)
        {
            AddFromList(graph, count, random, allowed, chosen, cancellationToken);
        }
        return [.. chosen.Order()];
    }

    /// <summary>Refuses an attack on more than there is.</summary>
    public static void Require(long wanted, long available, string what)
    {
        if (wanted > available)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The attack needs {wanted} {what}; the graph has {available}.")
            );
        }
    }

    private static void AddFromList(
        Graph graph,
        int count,
        RandomStream random,
        Func<int, int, bool>? allowed,
        HashSet<(int, int)> chosen,
        CancellationToken cancellationToken
    )
    {
        List<(int, int)> left = [];
        for (int u = 0; u < graph.NodeCount; u++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int v = u + 1; v < graph.NodeCount; v++)
            {
                if (!graph.HasEdge(u, v) && allowed?.Invoke(u, v) != false && !chosen.Contains((u, v)))
                {
                    left.Add((u, v));
                }
            }
        }
        foreach (int i in random.Sample(left.Count, Math.Min(left.Count, count - chosen.Count)))
        {
            chosen.Add(left[i]);
        }
    }
}
