using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>The nodes of largest extended degree: the degree, then the largest degrees of the neighbours, compared one by one.</summary>
internal static class HighNodes
{
    /// <summary>Chooses and orders the high nodes.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="count">How many; where extended degrees tie at the cut, all tied nodes are taken.</param>
    /// <param name="depth">How many neighbour degrees an extended degree has; fewer neighbours count as degree 0.</param>
    /// <returns>By descending extended degree, equal ones by node.</returns>
    public static int[] Of(Graph graph, int count, int depth)
    {
        int[] degrees = graph.DegreeSequence();
        if (count < 1 || count > degrees.Length)
        {
            return [];
        }
        // A smaller degree is a smaller extended degree: only nodes of at least the cut's degree can be high.
        int least = degrees[count - 1];
        List<(int Node, int[] Extended)> nodes = [];
        for (int node = 0; node < graph.NodeCount; node++)
        {
            if (graph.Degree(node) >= least)
            {
                nodes.Add((node, Extended(graph, node, depth)));
            }
        }
        nodes.Sort(
            static (a, b) => b.Extended.AsSpan().SequenceCompareTo(a.Extended) is var order and not 0 ? order : a.Node.CompareTo(b.Node)
        );
        int taken = count;
        while (taken < nodes.Count && nodes[taken].Extended.AsSpan().SequenceEqual(nodes[count - 1].Extended))
        {
            taken++;
        }
        return [.. nodes.Take(taken).Select(n => n.Node)];
    }

    private static int[] Extended(Graph graph, int node, int depth)
    {
        int[] around = [.. graph.Neighbours(node).ToArray().Select(graph.Degree).OrderDescending().Take(depth)];
        int[] extended = new int[1 + depth];
        extended[0] = graph.Degree(node);
        around.CopyTo(extended, 1);
        return extended;
    }
}
