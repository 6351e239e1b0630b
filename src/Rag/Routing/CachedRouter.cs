namespace ResearchKit.Rag;

/// <summary>
/// A cache of decisions before a router (the two systems composed: arXiv:2503.05530 before arXiv:2502.19280): a query near enough to a routed one goes to the same sources. It pays where routing costs
/// more than a lookup, as with a router behind a network. Safe for many threads if cache and router are.
/// </summary>
/// <param name="inner">Is asked on a miss; what it throws is not cached.</param>
/// <param name="cache">Keeps the decisions; its tolerance is that of the embeddings by <paramref name="encoder"/>.</param>
/// <param name="encoder">Whose embedding of the query is the key.</param>
public sealed class CachedRouter(ISourceRouter inner, IApproximateCache<RoutingDecision> cache, string encoder) : ISourceRouter
{
    /// <inheritdoc/>
    public string Name { get; } = $"{(inner ?? throw new ArgumentNullException(nameof(inner))).Name}, cached";

    /// <summary>What the cache has done.</summary>
    public CacheStatistics Statistics => cache.Statistics;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The query was not encoded by the cache's encoder, or its embedding has another dimension.</exception>
    public async ValueTask<RoutingDecision> RouteAsync(QueryEmbeddings query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ReadOnlyMemory<float> key = query.Of(encoder);
        if (cache.TryGet(key.Span, out CacheHit<RoutingDecision> hit))
        {
            return hit.Value;
        }
        RoutingDecision decision = await inner.RouteAsync(query, cancellationToken).ConfigureAwait(false);
        cache.Add(key.Span, decision);
        return decision;
    }
}
