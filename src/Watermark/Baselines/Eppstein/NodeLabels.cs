using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>Labels of nodes by their adjacencies to the high nodes.</summary>
internal sealed class NodeLabels
{
    private readonly Graph graph;
    private readonly int[] placeOf;
    private readonly int words;

    public NodeLabels(Graph graph, int[] high)
    {
        this.graph = graph;
        High = high;
        words = (high.Length + 63) / 64;
        placeOf = new int[graph.NodeCount];
        Array.Fill(placeOf, -1);
        for (int i = 0; i < high.Length; i++)
        {
            placeOf[high[i]] = i;
        }
    }

    public int[] High { get; }

    public BitLabel Of(int node)
    {
        ulong[] bits = new ulong[words];
        foreach (int neighbour in graph.Neighbours(node))
        {
            if (placeOf[neighbour] is var place and >= 0)
            {
                bits[place / 64] |= 1ul << (63 - (place % 64));
            }
        }
        return new BitLabel(bits);
    }
}
