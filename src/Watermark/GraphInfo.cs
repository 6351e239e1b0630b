using System.Globalization;
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

    /// <summary>Refuses a graph that is another than the one described.</summary>
    /// <exception cref="KeyMismatchException">Size or checksum differ.</exception>
    internal void Require(Graph original)
    {
        RequireSame("number of nodes", Nodes, original.NodeCount);
        RequireSame("number of edges", Edges, original.EdgeCount);
        if (Sha256 is { } expected && original.EdgeListSha256() is { } found && found != expected)
        {
            throw new KeyMismatchException(
                "SHA-256 of the edge list",
                expected,
                found,
                "Give the original that the key was made for, unchanged."
            );
        }
    }

    /// <summary>Refuses another number.</summary>
    /// <exception cref="KeyMismatchException">The numbers differ.</exception>
    internal static void RequireSame(string what, int ofKey, int found)
    {
        if (ofKey != found)
        {
            throw new KeyMismatchException(
                what,
                ofKey.ToString(CultureInfo.InvariantCulture),
                found.ToString(CultureInfo.InvariantCulture),
                "Give the graph that the key was made for, or make a key for this one."
            );
        }
    }
}
