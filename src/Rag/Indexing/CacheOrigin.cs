namespace ResearchKit.Rag;

/// <summary>The cached query that answered another one.</summary>
/// <param name="Distance">How far the query is from it.</param>
/// <param name="Tolerance">The tolerance of its entry.</param>
/// <param name="Age">How long ago it was cached.</param>
/// <param name="IsExact">Whether the triangle inequality proves that the store would have found the same documents.</param>
public sealed record CacheOrigin(float Distance, float Tolerance, TimeSpan Age, bool IsExact = false);
