namespace ResearchKit.Rag;

/// <summary>How much a router expects of a source.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Probability">That it is relevant, 0 to 1; of routers without probabilities 0 or 1.</param>
/// <param name="Chosen">Whether it will be asked.</param>
public readonly record struct SourceScore(string Source, double Probability, bool Chosen);
