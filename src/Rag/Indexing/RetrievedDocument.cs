namespace ResearchKit.Rag;

/// <summary>A document that was found.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Score">Its score by the store that found it.</param>
/// <param name="Source">The source that owns it; empty where there is only one.</param>
public readonly record struct RetrievedDocument(string Id, float Score, string Source = "");
