namespace ResearchKit.Rag;

/// <summary>What a cache has done since it was made or cleared.</summary>
/// <param name="Hits">Lookups that found an entry.</param>
/// <param name="Misses">Lookups that did not.</param>
/// <param name="Inserts">Entries that came in, replacements too.</param>
/// <param name="Evictions">Entries given up for others.</param>
/// <param name="Removals">Entries that were replaced, invalidated or found too old.</param>
public readonly record struct CacheStatistics(long Hits, long Misses, long Inserts, long Evictions, long Removals)
{
    /// <summary>Hits over lookups; NaN before the first.</summary>
    public double HitRate => Hits + Misses == 0 ? double.NaN : (double)Hits / (Hits + Misses);

    /// <summary>Adds two caches' counts.</summary>
    public static CacheStatistics operator +(CacheStatistics a, CacheStatistics b) =>
        new(a.Hits + b.Hits, a.Misses + b.Misses, a.Inserts + b.Inserts, a.Evictions + b.Evictions, a.Removals + b.Removals);
}
