namespace ResearchKit.Rag;

/// <summary>Any retriever with a profile, as a source.</summary>
/// <param name="profile">The profile.</param>
/// <param name="retriever">Searches.</param>
public sealed class RetrievalSource(SourceProfile profile, IRetriever retriever) : IRetrievalSource
{
    /// <inheritdoc/>
    public SourceProfile Profile { get; } = profile ?? throw new ArgumentNullException(nameof(profile));

    /// <inheritdoc/>
    public VectorMetric? Metric => retriever.Metric;

    /// <inheritdoc/>
    public ValueTask<RetrievalResult> SearchAsync(ReadOnlyMemory<float> query, int k, CancellationToken cancellationToken = default) =>
        retriever.SearchAsync(query, k, cancellationToken);
}
