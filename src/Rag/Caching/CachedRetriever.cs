using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace ResearchKit.Rag;

/// <summary>
/// A Proximity cache before any retriever (arXiv:2503.05530, Algorithm 1): a query near enough to a cached one gets its documents; else the store is asked and the
/// answer cached. Safe for many callers if the cache is (<see cref="ConcurrentProximityCache{TValue}"/>).
/// </summary>
/// <remarks>
/// Nothing is cached when the store fails or the call is cancelled. Callers that wait for another's search get its exception. Metrics are published by the meter
/// <c>ResearchKit.Rag</c>: rag.cache.hits, rag.cache.misses, rag.cache.coalesced, rag.cache.audits, rag.cache.lookup.duration.
/// </remarks>
public sealed class CachedRetriever : IRetriever, IDisposable
{
    private readonly IRetriever _inner;
    private readonly IApproximateCache<CachedAnswer> _cache;
    private readonly CachedRetrieverOptions _options;
    private readonly SearchesUnderWay _underWay;
    private readonly Meter _meter = new("ResearchKit.Rag");
    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;
    private readonly Counter<long> _coalesced;
    private readonly Counter<long> _audits;
    private readonly Histogram<double> _lookups;
    private long _generation;
    private long _notGiven; // found by the cache, and yet searched

    /// <summary>A cache before a retriever.</summary>
    /// <param name="inner">Is asked on a miss.</param>
    /// <param name="cache">Keeps the answers.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="InvalidOperationException">Cache and retriever differ in their metric: a tolerance of one means nothing in the other.</exception>
    /// <exception cref="ArgumentException">Answers are to be ranked anew, and there are no vectors for it.</exception>
    public CachedRetriever(IRetriever inner, IApproximateCache<CachedAnswer> cache, CachedRetrieverOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(cache);
        (_inner, _cache, _options) = (inner, cache, options ?? new CachedRetrieverOptions());
        if (inner.Metric is { } metric && metric != cache.Metric)
        {
            throw new InvalidOperationException(
                $"The store compares by {metric}, the cache by {cache.Metric}: a tolerance of one means nothing in the other."
            );
        }
        if (_options.RerankFactor > 1 && _options.Documents is null)
        {
            throw new ArgumentException("To rank cached documents anew their vectors are needed: set Documents.", nameof(options));
        }
        if (_options.Audit is { } audit && OwnTolerance is { } tolerance && tolerance != audit.Options.MaxTolerance)
        {
            throw new ArgumentException(
                $"The cache has the tolerance {tolerance}; with an audit it has to be the largest that the audit may come to, {audit.Options.MaxTolerance}.",
                nameof(options)
            );
        }
        _underWay = new SearchesUnderWay(cache.Metric);
        _hits = _meter.CreateCounter<long>("rag.cache.hits");
        _misses = _meter.CreateCounter<long>("rag.cache.misses");
        _coalesced = _meter.CreateCounter<long>("rag.cache.coalesced");
        _audits = _meter.CreateCounter<long>("rag.cache.audits");
        _lookups = _meter.CreateHistogram<double>("rag.cache.lookup.duration", "s");
    }

    /// <inheritdoc/>
    public VectorMetric? Metric => _cache.Metric;

    /// <summary>What the cache has done. With an audit a lookup whose answer was not given is a miss.</summary>
    public CacheStatistics Statistics
    {
        get
        {
            CacheStatistics found = _cache.Statistics;
            long notGiven = Interlocked.Read(ref _notGiven);
            return found with { Hits = found.Hits - notGiven, Misses = found.Misses + notGiven };
        }
    }

    /// <inheritdoc/>
    public async ValueTask<RetrievalResult> SearchAsync(ReadOnlyMemory<float> query, int k, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        cancellationToken.ThrowIfCancellationRequested();
        if (TryAnswer(query.Span, k, out RetrievalResult? cached, out Compared? compared))
        {
            return cached;
        }
        if (!_options.SingleFlight)
        {
            return Learn(compared, (await FetchAsync(query, k, cancellationToken).ConfigureAwait(false)).First(k));
        }
        float? tolerance = _options.Audit?.Tolerance ?? OwnTolerance;
        (RetrievalResult result, float distance, bool own) = await _underWay
            .JoinAsync(query, k, tolerance ?? 0, token => FetchAsync(query, k, token), cancellationToken)
            .ConfigureAwait(false);
        if (own)
        {
            return Learn(compared, result.First(k));
        }
        _coalesced.Add(1);
        return Answer(query.Span, k, new CachedAnswer(result, k * _options.RerankFactor), distance, tolerance ?? 0, TimeSpan.Zero);
    }

    /// <summary>Answers a batch of queries.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="k">How many documents each.</param>
    /// <param name="lookup">When misses come into the cache.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<RetrievalResult>> SearchBatchAsync(
        IReadOnlyList<ReadOnlyMemory<float>> queries,
        int k,
        BatchLookup lookup,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        RetrievalResult?[] results = new RetrievalResult?[queries.Count];
        Compared?[] compared = new Compared?[queries.Count];
        for (int i = 0; i < queries.Count && lookup == BatchLookup.Snapshot; i++)
        {
            TryAnswer(queries[i].Span, k, out results[i], out compared[i]);
        }
        for (int i = 0; i < queries.Count; i++)
        {
            if (results[i] is null && (lookup == BatchLookup.Snapshot || !TryAnswer(queries[i].Span, k, out results[i], out compared[i])))
            {
                results[i] = Learn(compared[i], (await FetchAsync(queries[i], k, cancellationToken).ConfigureAwait(false)).First(k));
            }
        }
        return results!;
    }

    /// <summary>
    /// Removes the entries that a change of the documents can have made wrong. A new document enters the answer of a query within tau of an entry's key only if it is nearer to the key
    /// than the entry's last document plus twice tau (triangle inequality); a removed one only matters where it was found.
    /// </summary>
    /// <param name="change">The change.</param>
    /// <returns>How many entries were removed.</returns>
    public int Invalidate(DocumentChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        // Searches under way may have missed the change: what they find is not cached.
        Interlocked.Increment(ref _generation);
        return _cache.RemoveWhere(entry => change.Removed ? Holds(entry.Value, change.Id) : Reaches(entry, change.Vector.Span));
    }

    /// <summary>Invalidates entries at every change of an index, until the returned object is disposed.</summary>
    /// <param name="index">The index.</param>
    public IDisposable Watch(IVectorIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        return new Watching(index, change => Invalidate(change));
    }

    /// <summary>Ends the metrics.</summary>
    public void Dispose() => _meter.Dispose();

    private float? OwnTolerance =>
        _cache switch
        {
            FlatProximityCache<CachedAnswer> flat => flat.Options.Tolerance,
            LshProximityCache<CachedAnswer> lsh => lsh.Options.Tolerance,
            ConcurrentProximityCache<CachedAnswer> shared => shared.Tolerance,
            _ => null,
        };

    private bool TryAnswer(ReadOnlySpan<float> query, int k, [NotNullWhen(true)] out RetrievalResult? result, out Compared? compared)
    {
        long start = Stopwatch.GetTimestamp();
        bool isGiven = _cache.TryGet(query, out CacheHit<CachedAnswer> hit) && hit.Value.Asked >= k;
        _lookups.Record(Stopwatch.GetElapsedTime(start).TotalSeconds);
        result = isGiven ? Answer(query, k, hit.Value, hit.Distance, hit.Tolerance, hit.Age) : null;
        compared = null;
        if (result is not null && _options.Audit?.Meet(hit.Distance) is false)
        {
            Interlocked.Increment(ref _notGiven);
            compared = new(hit.Distance, result);
            (isGiven, result) = (false, null);
        }
        (isGiven ? _hits : _misses).Add(1);
        return isGiven;
    }

    // What the cache would have answered, against what the store did.
    private RetrievalResult Learn(Compared? compared, RetrievalResult found)
    {
        if (compared is { } cached && found.PartialFailures.Count == 0)
        {
            _audits.Add(1);
            int shared = found.Ids.Intersect(cached.Answer.Ids, StringComparer.Ordinal).Count();
            _options.Audit!.Record(cached.Distance, found.Documents.Count == 0 ? 1 : (double)shared / found.Documents.Count);
        }
        return found;
    }

    private async ValueTask<RetrievalResult> FetchAsync(ReadOnlyMemory<float> query, int k, CancellationToken cancellationToken)
    {
        long generation = Interlocked.Read(ref _generation);
        int asked = checked(k * _options.RerankFactor);
        RetrievalResult result = await _inner.SearchAsync(query, asked, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (result.PartialFailures.Count == 0 && generation == Interlocked.Read(ref _generation))
        {
            _cache.Add(query.Span, new CachedAnswer(result, asked));
        }
        return result;
    }

    private RetrievalResult Answer(ReadOnlySpan<float> query, int k, CachedAnswer answer, float distance, float tolerance, TimeSpan age)
    {
        bool reranks = _options.RerankFactor > 1;
        RetrievalResult result = reranks ? Rerank(query, answer.Result) : answer.Result;
        return result.First(k) with
        {
            Cache = new CacheOrigin(distance, tolerance, age, distance == 0 || (reranks && IsExact(answer, result, k, distance))),
        };
    }

    private RetrievalResult Rerank(ReadOnlySpan<float> query, RetrievalResult cached)
    {
        IVectorIndex documents = _options.Documents!;
        float[] vector = new float[documents.Dimension];
        List<RetrievedDocument> scored = new(cached.Documents.Count);
        foreach (RetrievedDocument document in cached.Documents)
        {
            // A document that left the store meanwhile leaves the answer.
            if (documents.TryGetVector(document.Id, vector))
            {
                float score = VectorDistance.ScoreOf(documents.Metric, VectorDistance.Of(documents.Metric, query, vector));
                scored.Add(document with { Score = score });
            }
        }
        // A stable sort: ties stay in the cached order.
        return cached with
        {
            Documents =
                cached.Direction == ScoreDirection.HigherIsBetter
                    ? [.. scored.OrderByDescending(d => d.Score)]
                    : [.. scored.OrderBy(d => d.Score)],
        };
    }

    // What is not cached is at least D - delta away, with D the distance of the last cached document from the key: if the k-th of the new order is nearer, nothing is missing.
    private bool IsExact(CachedAnswer answer, RetrievalResult reranked, int k, float distance)
    {
        if (answer.Result.Documents.Count < answer.Asked)
        {
            return true; // the whole store is cached
        }
        if (
            reranked.Documents.Count < k
            || VectorDistance.AsMetric(_cache.Metric, distance) is not { } delta
            || FromScore(answer.Result.Documents[^1].Score) is not { } last
            || FromScore(reranked.Documents[k - 1].Score) is not { } kth
        )
        {
            return false;
        }
        const double Rounding = 1e-5;
        return kth + Rounding < last - delta;
    }

    private double? FromScore(float score) =>
        VectorDistance.AsMetric(_cache.Metric, _cache.Metric == VectorMetric.Euclidean ? score : 1 - score);

    private static bool Holds(CachedAnswer answer, string id) => answer.Result.Ids.Contains(id, StringComparer.Ordinal);

    private bool Reaches(CacheEntry<CachedAnswer> entry, ReadOnlySpan<float> document)
    {
        IReadOnlyList<RetrievedDocument> documents = entry.Value.Result.Documents;
        if (
            documents.Count < entry.Value.Asked
            || FromScore(documents[^1].Score) is not { } last
            || VectorDistance.AsMetric(_cache.Metric, entry.Tolerance) is not { } tolerance
        )
        {
            return true;
        }
        return VectorDistance.AsMetric(_cache.Metric, VectorDistance.Of(_cache.Metric, entry.Key, document)) <= last + (2 * tolerance);
    }

    private readonly record struct Compared(float Distance, RetrievalResult Answer);

    private sealed class Watching : IDisposable
    {
        private readonly IVectorIndex _index;
        private readonly Action<DocumentChange> _changed;

        public Watching(IVectorIndex index, Action<DocumentChange> changed)
        {
            (_index, _changed) = (index, changed);
            index.Changed += changed;
        }

        public void Dispose() => _index.Changed -= _changed;
    }
}
