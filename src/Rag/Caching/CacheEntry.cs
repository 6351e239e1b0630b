namespace ResearchKit.Rag;

/// <summary>An entry as <see cref="IApproximateCache{TValue}.RemoveWhere"/> shows it. The key is that of the entry, valid during the call.</summary>
/// <typeparam name="TValue">What is cached.</typeparam>
public readonly ref struct CacheEntry<TValue>(ReadOnlySpan<float> key, TValue value, float tolerance)
{
    /// <summary>The key (under cosine scaled to length 1).</summary>
    public ReadOnlySpan<float> Key { get; } = key;

    /// <summary>What is cached.</summary>
    public TValue Value { get; } = value;

    /// <summary>The entry's tolerance.</summary>
    public float Tolerance { get; } = tolerance;
}
