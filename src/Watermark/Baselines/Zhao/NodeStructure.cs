using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>The node structure descriptor of Zhao et al. 2015: the degrees of a node's neighbours, largest first.</summary>
internal static class NodeStructure
{
    public static int[] Of(Graph graph, int node)
    {
        ReadOnlySpan<int> neighbours = graph.Neighbours(node);
        int[] degrees = new int[neighbours.Length];
        for (int i = 0; i < degrees.Length; i++)
        {
            degrees[i] = graph.Degree(neighbours[i]);
        }
        Array.Sort(degrees);
        Array.Reverse(degrees);
        return degrees;
    }

    /// <summary>The nodes by the SHA-256 of their descriptors; equal ones by rank among the ids.</summary>
    public static int[] Order(Graph graph, CancellationToken cancellationToken)
    {
        int[] ranks = NodeRanks.Of(graph);
        (byte[] Label, int Rank)[] keys = new (byte[], int)[graph.NodeCount];
        int[] nodes = new int[graph.NodeCount];
        for (int node = 0; node < nodes.Length; node++)
        {
            if (node % 4096 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            keys[node] = (SHA256.HashData(MemoryMarshal.AsBytes(Of(graph, node).AsSpan())), ranks[node]);
            nodes[node] = node;
        }
        Array.Sort(
            keys,
            nodes,
            Comparer<(byte[] Label, int Rank)>.Create(
                static (a, b) => a.Label.AsSpan().SequenceCompareTo(b.Label) is var order and not 0 ? order : a.Rank.CompareTo(b.Rank)
            )
        );
        return nodes;
    }

    /// <summary>The L1 distance of two descriptors, the shorter one filled up with zeros, over the sum of the first.</summary>
    public static double Distance(int[] a, int[] b)
    {
        long distance = 0;
        long sum = 0;
        for (int i = 0; i < Math.Max(a.Length, b.Length); i++)
        {
            int first = i < a.Length ? a[i] : 0;
            int second = i < b.Length ? b[i] : 0;
            distance += Math.Abs(first - second);
            sum += first;
        }
        return distance == 0 ? 0 : (double)distance / Math.Max(1, sum);
    }
}
