using System.Security.Cryptography;
using System.Text;
using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark.Tests;

/// <summary>Small inputs for the tests: random graphs with at least one edge, and secrets made of a text.</summary>
internal static class TestGraphs
{
    public static Graph ErdosRenyi(int nodes, double p, string seed)
    {
        Graph graph = RandomGraphs.ErdosRenyi(nodes, p, Stream(seed));
        return graph.EdgeCount > 0 ? graph : Graph.FromEdges(nodes, [(0, 1)]);
    }

    public static RandomStream Stream(params string[] purpose) => RandomStream.Named(["watermark-tests", .. purpose]);

    public static byte[] Secret(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
