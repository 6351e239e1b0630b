namespace ResearchKit.Rag;

/// <summary>What one source found.</summary>
/// <param name="Source">Its name.</param>
/// <param name="Result">Its documents, best first.</param>
/// <param name="Probability">What the router expected of it; 1 without a router.</param>
public sealed record SourceResult(string Source, RetrievalResult Result, double Probability = 1);
