namespace ResearchKit.Rag;

/// <summary>How near two vectors are. Every distance is smaller for what is nearer, whatever the metric.</summary>
public enum VectorMetric
{
    /// <summary>The L2 distance. Scores of results are distances: smaller is better.</summary>
    Euclidean,

    /// <summary>1 - cosine. Vectors are scaled to length 1 when they come in; zero vectors are refused. Scores of results are cosines: larger is better.</summary>
    Cosine,

    /// <summary>1 - inner product, which may be negative. Scores of results are inner products: larger is better.</summary>
    InnerProduct,
}
