namespace ResearchKit.Rag;

/// <summary>The routers of this library by name: RAGRoute and the baselines it is compared with (arXiv:2502.19280).</summary>
public static class SourceRouters
{
    /// <summary>The learned router.</summary>
    public const string RagRoute = "ragroute";

    /// <summary>All sources.</summary>
    public const string All = "all";

    /// <summary>No source.</summary>
    public const string None = "none";

    /// <summary>So many sources at random.</summary>
    public const string Random = "random";

    /// <summary>The sources that are relevant by the labels.</summary>
    public const string Oracle = "oracle";

    /// <summary>The sources that were relevant often enough in training, whatever the query.</summary>
    public const string Prior = "prior";

    /// <summary>The sources with the nearest centroids.</summary>
    public const string Centroid = "centroid";

    /// <summary>Logistic regression on the router's features.</summary>
    public const string Logistic = "logistic";

    /// <summary>A random forest on the router's features.</summary>
    public const string Forest = "forest";

    /// <summary>All names, the paper's own first.</summary>
    public static IReadOnlyList<string> Names { get; } = [RagRoute, All, None, Random, Oracle, Prior, Centroid, Logistic, Forest];
}
