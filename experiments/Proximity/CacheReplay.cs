using ResearchKit.Rag;

namespace ResearchKit.Papers.Proximity;

/// <summary>
/// Sends a stream of queries through a cache. What the store would answer is known for each query beforehand, so the cache keeps only which query filled an entry: a
/// replay costs the lookups and nothing else.
/// </summary>
internal static class CacheReplay
{
    /// <summary>Replays.</summary>
    /// <param name="cache">The cache, empty.</param>
    /// <param name="vectors">The vector of each query.</param>
    /// <param name="stream">The queries, by their places in <paramref name="vectors"/>.</param>
    /// <param name="batch">How many lookups come before the first insertion, as in the authors' driver; 1: none do.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>For each element of the stream the query whose answer it got; -1 where the store was asked.</returns>
    public static int[] Run(
        IApproximateCache<int> cache,
        float[][] vectors,
        IReadOnlyList<int> stream,
        int batch,
        CancellationToken cancellationToken
    )
    {
        int[] answeredBy = new int[stream.Count];
        for (int start = 0; start < stream.Count; start += batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int end = Math.Min(start + batch, stream.Count);
            for (int i = start; i < end; i++)
            {
                answeredBy[i] = cache.TryGet(vectors[stream[i]], out CacheHit<int> hit) ? hit.Value : -1;
            }
            for (int i = start; i < end; i++)
            {
                if (answeredBy[i] < 0)
                {
                    cache.Add(vectors[stream[i]], stream[i]);
                }
            }
        }
        return answeredBy;
    }

    /// <summary>The shares that tables show.</summary>
    /// <param name="workload">The queries.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="answeredBy">What <see cref="Run"/> gave.</param>
    /// <param name="k">How many documents a query gets.</param>
    /// <param name="rerank">rho: how many times k documents an entry holds, ranked anew for each query that hits.</param>
    public static ReplayOutcome Score(ProximityWorkload workload, IReadOnlyList<int> stream, int[] answeredBy, int k, int rerank = 1)
    {
        long common = 0;
        int gold = 0;
        int hits = 0;
        for (int i = 0; i < stream.Count; i++)
        {
            hits += answeredBy[i] >= 0 ? 1 : 0;
            (int right, bool isGold) = workload.Worth(stream[i], answeredBy[i], k, rerank);
            common += right;
            gold += isGold ? 1 : 0;
        }
        return new ReplayOutcome((double)hits / stream.Count, (double)common / k / stream.Count, (double)gold / stream.Count);
    }
}

/// <summary>What a replay was worth.</summary>
/// <param name="HitRate">Hits over queries: the share of database calls saved.</param>
/// <param name="Overlap">The mean share of the exact results that were returned.</param>
/// <param name="Gold">The share of queries that got a passage of evidence; 0 where there are no judgements.</param>
internal readonly record struct ReplayOutcome(double HitRate, double Overlap, double Gold);
