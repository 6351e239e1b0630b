namespace ResearchKit.Audit;

/// <summary>One question to a black box.</summary>
/// <param name="Row">The number of the row in the auditor's table, from 0.</param>
/// <param name="Features">The features by name, as text.</param>
public sealed record AuditQuery(long Row, IReadOnlyDictionary<string, string> Features);
