using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>One subgraph of a mark: its nodes in the original, and which of them are joined.</summary>
/// <param name="nodes">x_1..x_k.</param>
/// <param name="edges">H, symmetric.</param>
internal sealed class MarkSubgraph(int[] nodes, bool[,] edges)
{
    public int[] Nodes { get; } = nodes;

    /// <summary>H(i, j).</summary>
    public bool Joined(int i, int j) => edges[i, j];

    /// <summary>The pairs that the stream decides: all but those of the path x_1, x_2, ..., x_k.</summary>
    public int FreePairs => (Nodes.Length - 1) * (Nodes.Length - 2) / 2;

    /// <summary>All subgraphs of a key, on different nodes: positions are drawn from the nodes in the order of their descriptors, W is a random graph, H = W xor G, and consecutive nodes are joined.</summary>
    public static MarkSubgraph[] Of(Graph original, ZhaoKey key, CancellationToken cancellationToken)
    {
        int[] order = NodeStructure.Order(original, cancellationToken);
        using KeyStream stream = new(key.Seed, "subgraph");
        HashSet<int> taken = [];
        MarkSubgraph[] marks = new MarkSubgraph[key.Subgraphs];
        for (int m = 0; m < marks.Length; m++)
        {
            int[] nodes = new int[key.Size];
            for (int i = 0; i < nodes.Length; )
            {
                int position = stream.NextInt(order.Length);
                if (taken.Add(position))
                {
                    nodes[i++] = order[position];
                }
            }
            bool[,] joined = new bool[key.Size, key.Size];
            for (int i = 0; i < nodes.Length; i++)
            {
                for (int j = i + 1; j < nodes.Length; j++)
                {
                    bool coin = stream.NextInt(2) == 1;
                    joined[i, j] = joined[j, i] = j == i + 1 || coin != original.HasEdge(nodes[i], nodes[j]);
                }
            }
            marks[m] = new MarkSubgraph(nodes, joined);
        }
        return marks;
    }
}
