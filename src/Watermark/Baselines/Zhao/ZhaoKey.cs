using System.Security.Cryptography;

namespace ResearchKit.Watermark;

/// <summary>A key of <see cref="ZhaoWatermark"/>: the seed made of the owner's key, the user's key and the graph. Everything else follows from it and the original.</summary>
public sealed class ZhaoKey
{
    private readonly byte[] seed;

    internal ZhaoKey(byte[] seed, GraphInfo graph, int size, int subgraphs)
    {
        this.seed = seed;
        Graph = graph;
        Size = size;
        Subgraphs = subgraphs;
    }

    /// <summary>The graph it was made for.</summary>
    public GraphInfo Graph { get; }

    /// <summary>k, the number of nodes of a subgraph.</summary>
    public int Size { get; }

    /// <summary>How many subgraphs there are.</summary>
    public int Subgraphs { get; }

    internal ReadOnlySpan<byte> Seed => seed;

    /// <summary>SHA-256 of graph key, user key (each with its length) and the graph's checksum.</summary>
    internal static byte[] SeedOf(ReadOnlySpan<byte> graphKey, ReadOnlySpan<byte> userKey, string checksum)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(graphKey.Length));
        hash.AppendData(graphKey);
        hash.AppendData(BitConverter.GetBytes(userKey.Length));
        hash.AppendData(userKey);
        hash.AppendData(Convert.FromHexString(checksum));
        return hash.GetHashAndReset();
    }

    /// <summary>What the key is for; never the seed.</summary>
    public override string ToString() => $"subgraph key, {Subgraphs} of {Size} nodes, for {Graph.Nodes} nodes and {Graph.Edges} edges";
}
