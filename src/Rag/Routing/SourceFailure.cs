namespace ResearchKit.Rag;

/// <summary>A source that was asked and did not answer.</summary>
/// <param name="Source">Its name.</param>
/// <param name="Reason">Why.</param>
/// <param name="TimedOut">Whether its deadline passed.</param>
public sealed record SourceFailure(string Source, string Reason, bool TimedOut);
