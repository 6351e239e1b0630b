using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>Communities by label propagation (Raghavan, Albert, Kumara 2007): every node takes the label most frequent among its neighbours, ties by chance.</summary>
internal static class LabelPropagation
{
    private const int MostRounds = 50;

    /// <summary>The community of every node, numbered from 0.</summary>
    public static int[] Communities(Graph graph, RandomStream random, CancellationToken cancellationToken)
    {
        int[] label = [.. Enumerable.Range(0, graph.NodeCount)];
        Dictionary<int, int> counts = [];
        bool changed = true;
        for (int round = 0; round < MostRounds && changed; round++)
        {
            changed = false;
            foreach (int node in random.Permutation(graph.NodeCount))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (graph.Degree(node) == 0)
                {
                    continue;
                }
                counts.Clear();
                foreach (int neighbour in graph.Neighbours(node))
                {
                    counts[label[neighbour]] = counts.GetValueOrDefault(label[neighbour]) + 1;
                }
                int most = counts.Values.Max();
                // A node whose label is among the most frequent keeps it, which lets the propagation end.
                if (counts.GetValueOrDefault(label[node]) < most)
                {
                    int[] best = [.. counts.Where(c => c.Value == most).Select(c => c.Key).Order()];
                    label[node] = best[random.NextInt(best.Length)];
                    changed = true;
                }
            }
        }
        Dictionary<int, int> number = [];
        return [.. label.Select(l => number.TryGetValue(l, out int n) ? n : number[l] = number.Count)];
    }
}
