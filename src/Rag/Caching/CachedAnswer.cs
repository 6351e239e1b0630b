namespace ResearchKit.Rag;

/// <summary>What a cache keeps of a search.</summary>
/// <param name="Result">What the store found.</param>
/// <param name="Asked">How many documents it was asked for.</param>
public sealed record CachedAnswer(RetrievalResult Result, int Asked);
