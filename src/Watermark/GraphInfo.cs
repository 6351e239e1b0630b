using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>What a key needs to know of the graph it is made for.</summary>
/// <param name="Nodes">The number of nodes, at least 3.</param>
/// <param name="Edges">The number of edges.</param>
/// <param name="Sha256">The checksum of the canonical edge list, which ties the key to this original; null for a key that only needs the size.</param>
public sealed record GraphInfo(int Nodes, int Edges, string? Sha256 = null)
{
    /// <summary>The description of a graph, with its checksum.</summary>
    /// <param name="graph">The original.</param>
    public static GraphInfo Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new GraphInfo(graph.NodeCount, graph.EdgeCount, graph.EdgeListSha256());
    }
}
