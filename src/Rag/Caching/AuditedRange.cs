namespace ResearchKit.Rag;

/// <summary>What is known of cached answers whose query was so far away.</summary>
/// <param name="UpTo">The largest distance of the range; the range before ends where it begins.</param>
/// <param name="Lookups">Queries whose nearest cached one lay in the range.</param>
/// <param name="Audits">Of those, for how many the store was asked.</param>
/// <param name="MeanOverlap">Share of the store's documents that the cached answers held, in the mean; null without an audit.</param>
/// <param name="LowerBound">What the true mean is above, at the confidence asked for; 0 before there is evidence.</param>
public readonly record struct AuditedRange(float UpTo, long Lookups, long Audits, double? MeanOverlap, double LowerBound);
