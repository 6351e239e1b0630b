using Microsoft.Extensions.VectorData;

namespace ResearchKit.Rag;

/// <summary>Any collection of Microsoft.Extensions.VectorData as a retriever: a cache or a federation can stand before it.</summary>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TRecord">The records.</typeparam>
/// <param name="collection">The collection.</param>
/// <param name="idOf">The identifier of a record.</param>
/// <param name="metric">How the collection compares; scores are distances (Euclidean) or similarities.</param>
public sealed class VectorCollectionRetriever<TKey, TRecord>(
    VectorStoreCollection<TKey, TRecord> collection,
    Func<TRecord, string> idOf,
    VectorMetric metric
) : IRetriever
    where TKey : notnull
    where TRecord : class
{
    /// <inheritdoc/>
    public VectorMetric? Metric => metric;

    /// <inheritdoc/>
    public async ValueTask<RetrievalResult> SearchAsync(ReadOnlyMemory<float> query, int k, CancellationToken cancellationToken = default)
    {
        List<RetrievedDocument> documents = [];
        await foreach (
            VectorSearchResult<TRecord> found in collection
                .SearchAsync(query, k, cancellationToken: cancellationToken)
                .ConfigureAwait(false)
        )
        {
            documents.Add(new RetrievedDocument(idOf(found.Record), (float)(found.Score ?? double.NaN)));
        }
        return new RetrievalResult(
            documents,
            metric == VectorMetric.Euclidean ? ScoreDirection.LowerIsBetter : ScoreDirection.HigherIsBetter
        );
    }
}
