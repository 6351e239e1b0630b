namespace ResearchKit.Rag;

/// <summary>An index as a retriever.</summary>
/// <param name="index">The index.</param>
/// <param name="filter">Which ids may be found; null: all.</param>
public sealed class IndexRetriever(IVectorIndex index, Func<string, bool>? filter = null) : IRetriever
{
    /// <summary>The index.</summary>
    public IVectorIndex Index { get; } = index ?? throw new ArgumentNullException(nameof(index));

    /// <inheritdoc/>
    public VectorMetric? Metric => Index.Metric;

    /// <inheritdoc/>
    public ValueTask<RetrievalResult> SearchAsync(ReadOnlyMemory<float> query, int k, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Index.Search(query.Span, k, filter));
    }
}
