namespace ResearchKit.Rag;

/// <summary>How <see cref="CachedRetriever"/> works.</summary>
public sealed record CachedRetrieverOptions
{
    /// <summary>rho, 1 to 1000: so many times k documents are fetched and cached on a miss; on a hit they are ranked anew for the new query. Default 1, as in the paper: the cached order is the answer.</summary>
    public int RerankFactor
    {
        get;
        init =>
            field = value is >= 1 and <= 1000
                ? value
                : throw new ArgumentOutOfRangeException(nameof(RerankFactor), value, "The factor is 1 to 1000.");
    } = 1;

    /// <summary>Whether queries that miss while one within the tolerance is being searched wait for its answer. Default yes.</summary>
    public bool SingleFlight { get; init; } = true;

    /// <summary>Where the vectors of documents are, for ranking anew; needed for a factor above 1.</summary>
    public IVectorIndex? Documents { get; init; }

    /// <summary>Finds the tolerance while the cache works; its largest tolerance has to be that of the cache. Null, the default: the cache's own tolerance counts, as in the paper.</summary>
    public AuditedTolerance? Audit { get; init; }
}
