namespace ResearchKit.Rag;

/// <summary>Finds documents near a query vector: an index, a cache before one, a federation of sources, a service.</summary>
public interface IRetriever
{
    /// <summary>How near a document is to a query; null where the store does not say.</summary>
    VectorMetric? Metric => null;

    /// <summary>Finds the nearest documents.</summary>
    /// <param name="query">The query's embedding.</param>
    /// <param name="k">How many documents at most; at least 1.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">The query has another dimension or a value that is not finite, or <paramref name="k"/> is below 1.</exception>
    ValueTask<RetrievalResult> SearchAsync(ReadOnlyMemory<float> query, int k, CancellationToken cancellationToken = default);
}
