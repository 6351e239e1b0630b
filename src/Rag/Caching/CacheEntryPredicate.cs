namespace ResearchKit.Rag;

/// <summary>Says whether an entry is meant.</summary>
/// <param name="entry">The entry.</param>
/// <typeparam name="TValue">What is cached.</typeparam>
public delegate bool CacheEntryPredicate<TValue>(CacheEntry<TValue> entry);
