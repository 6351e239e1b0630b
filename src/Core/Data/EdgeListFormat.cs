namespace ResearchKit.Data;

/// <summary>How a text file writes edges.</summary>
public enum EdgeListFormat
{
    /// <summary>By the extension: <c>.adjlist</c> is an adjacency list; <c>.csv</c>, <c>.tsv</c>, <c>.npy</c> and <c>.parquet</c> are tables; anything else has a pair a line.</summary>
    Auto,

    /// <summary>A pair of ids a line, as SNAP publishes graphs.</summary>
    Pairs,

    /// <summary>A node a line, followed by its neighbours.</summary>
    AdjacencyList,
}
