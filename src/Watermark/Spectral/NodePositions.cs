using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>Where each node stands on the axes of the spectrum: its rank among the ids, permuted by the secret in <see cref="FfgMode.Keyed"/>.</summary>
internal sealed class NodePositions
{
    private NodePositions(int[] ofNode, int[] nodeAt) => (OfNode, NodeAt) = (ofNode, nodeAt);

    public int[] OfNode { get; }

    public int[] NodeAt { get; }

    public int Count => OfNode.Length;

    public static NodePositions Of(Graph graph, FfgKey key)
    {
        int[] position = NodeRanks.Of(graph);
        if (key.Scheme.Mode == FfgMode.Keyed)
        {
            using KeyStream stream = new(key.Secret, "perm");
            int[] permutation = stream.Permutation(position.Length);
            for (int node = 0; node < position.Length; node++)
            {
                position[node] = permutation[position[node]];
            }
        }
        int[] nodeAt = new int[position.Length];
        for (int node = 0; node < position.Length; node++)
        {
            nodeAt[position[node]] = node;
        }
        return new NodePositions(position, nodeAt);
    }

    /// <summary>The pair of nodes at a pair of positions, smaller node first.</summary>
    public (int U, int V) NodesAt(int x, int y)
    {
        int a = NodeAt[x];
        int b = NodeAt[y];
        return a < b ? (a, b) : (b, a);
    }

    /// <summary>The edges as pairs of positions x &lt; y, packed and ascending.</summary>
    public ulong[] PackedEdges(Graph graph)
    {
        ulong[] packed = new ulong[graph.EdgeCount];
        int next = 0;
        foreach ((int u, int v) in graph.Edges())
        {
            packed[next++] = PositionPair.Pack(OfNode[u], OfNode[v]);
        }
        Array.Sort(packed);
        return packed;
    }
}
