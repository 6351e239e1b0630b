namespace ResearchKit.Rag;

/// <summary>A source's answer, or its failure.</summary>
/// <param name="Source">Its name.</param>
/// <param name="Result">What it found; null if it failed.</param>
/// <param name="Failure">Why it failed; null if it answered.</param>
/// <param name="Error">What it threw; null if it answered.</param>
public sealed record SourceAnswer(string Source, SourceResult? Result, SourceFailure? Failure, Exception? Error);
