using System.Collections.Immutable;

namespace ResearchKit.Rag;

/// <summary>
/// A Proximity cache for many threads: with a linear scan one lock; with hashing as many as wanted, each for its share of the buckets, so that queries of different
/// signatures do not wait for each other.
/// </summary>
/// <typeparam name="TValue">What is cached.</typeparam>
public sealed class ConcurrentProximityCache<TValue> : IApproximateCache<TValue>
{
    private readonly ImmutableArray<(Lock Lock, IApproximateCache<TValue> Cache)> _stripes;
    private readonly LshProximityCache<TValue>? _hash;

    /// <summary>A linear scan behind one lock.</summary>
    /// <param name="options">The options.</param>
    public ConcurrentProximityCache(ProximityCacheOptions options)
    {
        _stripes = [(new Lock(), new FlatProximityCache<TValue>(options))];
        Tolerance = options.Tolerance;
    }

    /// <summary>Hashing, striped by signature.</summary>
    /// <param name="options">The options.</param>
    /// <param name="lsh">The hyperplanes. With probes a lookup touches buckets of several stripes, so there is one stripe then.</param>
    /// <param name="stripes">The number of locks, 1 to 1024. Default 16.</param>
    public ConcurrentProximityCache(ProximityCacheOptions options, LshOptions lsh, int stripes = 16)
    {
        ArgumentNullException.ThrowIfNull(lsh);
        if (stripes is < 1 or > 1024)
        {
            throw new ArgumentOutOfRangeException(nameof(stripes), stripes, "Locks are 1 to 1024.");
        }
        _hash = new LshProximityCache<TValue>(options, lsh);
        _stripes =
        [
            .. Enumerable
                .Range(0, lsh.Probes == 0 ? stripes : 1)
                .Select(_ => (new Lock(), (IApproximateCache<TValue>)new LshProximityCache<TValue>(options, lsh))),
        ];
        Tolerance = options.Tolerance;
    }

    /// <summary>tau of new entries.</summary>
    public float Tolerance { get; }

    /// <inheritdoc/>
    public int Dimension => _stripes[0].Cache.Dimension;

    /// <inheritdoc/>
    public VectorMetric Metric => _stripes[0].Cache.Metric;

    /// <inheritdoc/>
    public int Count => Sum(static cache => cache.Count);

    /// <inheritdoc/>
    public CacheStatistics Statistics
    {
        get
        {
            CacheStatistics sum = default;
            foreach ((Lock key, IApproximateCache<TValue> cache) in _stripes)
            {
                lock (key)
                {
                    sum += cache.Statistics;
                }
            }
            return sum;
        }
    }

    /// <inheritdoc/>
    public bool TryGet(ReadOnlySpan<float> query, out CacheHit<TValue> hit)
    {
        (Lock key, IApproximateCache<TValue> cache) = StripeOf(query);
        lock (key)
        {
            return cache.TryGet(query, out hit);
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> key, TValue value, float? tolerance = null)
    {
        (Lock stripe, IApproximateCache<TValue> cache) = StripeOf(key);
        lock (stripe)
        {
            cache.Add(key, value, tolerance);
        }
    }

    /// <inheritdoc/>
    public int RemoveWhere(CacheEntryPredicate<TValue> predicate) => Sum(cache => cache.RemoveWhere(predicate));

    /// <inheritdoc/>
    public void Clear() =>
        Sum(static cache =>
        {
            cache.Clear();
            return 0;
        });

    // The planes are read only: signatures need no lock.
    private (Lock Lock, IApproximateCache<TValue> Cache) StripeOf(ReadOnlySpan<float> vector) =>
        _stripes.Length == 1 ? _stripes[0] : _stripes[_hash!.Signature(vector) % _stripes.Length];

    private int Sum(Func<IApproximateCache<TValue>, int> of)
    {
        int sum = 0;
        foreach ((Lock key, IApproximateCache<TValue> cache) in _stripes)
        {
            lock (key)
            {
                sum += of(cache);
            }
        }
        return sum;
    }
}
