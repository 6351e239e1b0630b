using ResearchKit.Metrics;

namespace ResearchKit.Rag;

/// <summary>A tolerance that a query log supports.</summary>
/// <param name="Tolerance">tau.</param>
/// <param name="HitRate">Hits over queries of the log, at that tolerance, with an interval.</param>
/// <param name="FalseHits">Hits whose documents were not those of an exact search, over hits, with an interval.</param>
/// <param name="Hits">The hits behind it.</param>
/// <param name="Queries">The queries of the log.</param>
public sealed record ToleranceRecommendation(float Tolerance, Estimate HitRate, Estimate FalseHits, int Hits, int Queries);
