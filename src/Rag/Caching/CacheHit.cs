namespace ResearchKit.Rag;

/// <summary>The entry that answers a query.</summary>
/// <param name="Value">What was cached.</param>
/// <param name="Distance">How far the query is from the entry's key.</param>
/// <param name="Tolerance">The entry's tolerance.</param>
/// <param name="Age">How long ago it was inserted.</param>
/// <typeparam name="TValue">What is cached.</typeparam>
public readonly record struct CacheHit<TValue>(TValue Value, float Distance, float Tolerance, TimeSpan Age);
