using System.Text;
using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark.Tests;

/// <summary>Small inputs for the tests: random graphs drawn pair by pair, and secrets made of a text.</summary>
internal static class TestGraphs
{
    /// <summary>Every pair is an edge with probability p; at least one edge.</summary>
    public static Graph Random(int nodes, double p, string seed)
    {
        RandomStream random = RandomStream.Named("watermark-tests", "graph", seed);
        List<(int, int)> edges = [];
        for (int u = 0; u < nodes; u++)
        {
            for (int v = u + 1; v < nodes; v++)
            {
                if (random.NextBool(p))
                {
                    edges.Add((u, v));
                }
            }
        }
        if (edges.Count == 0)
        {
            edges.Add((0, 1));
        }
        return Graph.FromEdges(nodes, [.. edges]);
    }

    /// <summary>A graph with exactly so many edges.</summary>
    public static Graph WithEdges(int nodes, int edges, string seed) =>
        RandomPairFlips.OfCount(edges).Apply(Graph.FromEdges(nodes, []), RandomStream.Named("watermark-tests", "edges", seed)).Graph;

    public static byte[] Secret(string text) => System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
