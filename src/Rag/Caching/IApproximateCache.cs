namespace ResearchKit.Rag;

/// <summary>A cache whose entries answer every query near enough to their key. Unless a type says otherwise, one thread at a time.</summary>
/// <typeparam name="TValue">What is cached.</typeparam>
public interface IApproximateCache<TValue>
{
    /// <summary>The length of a key.</summary>
    int Dimension { get; }

    /// <summary>How near two keys are.</summary>
    VectorMetric Metric { get; }

    /// <summary>The number of entries.</summary>
    int Count { get; }

    /// <summary>What the cache has done.</summary>
    CacheStatistics Statistics { get; }

    /// <summary>Finds the nearest of the entries that match; of equal distances the oldest insertion.</summary>
    /// <param name="query">The query.</param>
    /// <param name="hit">The entry.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="ArgumentException">The query has another dimension, a value that is not finite, or no direction under cosine. The cache is unchanged.</exception>
    bool TryGet(ReadOnlySpan<float> query, out CacheHit<TValue> hit);

    /// <summary>Inserts an entry; a full cache gives one up first.</summary>
    /// <param name="key">The query that was answered; copied.</param>
    /// <param name="value">The answer.</param>
    /// <param name="tolerance">The entry's own tolerance; null: that of the options.</param>
    /// <exception cref="ArgumentException">As for <see cref="TryGet"/>, or the tolerance is negative or NaN.</exception>
    void Add(ReadOnlySpan<float> key, TValue value, float? tolerance = null);

    /// <summary>Removes the entries that are meant.</summary>
    /// <param name="predicate">Says which.</param>
    /// <returns>How many were removed.</returns>
    int RemoveWhere(CacheEntryPredicate<TValue> predicate);

    /// <summary>Removes all entries and forgets the statistics.</summary>
    void Clear();
}
