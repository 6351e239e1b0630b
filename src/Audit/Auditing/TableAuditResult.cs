namespace ResearchKit.Audit;

/// <summary>What an audit of a table found.</summary>
/// <param name="Verdict">The conclusion.</param>
/// <param name="IsCertain">Whether the interval of the widest difference lies on one side of eps; true for manipulated answers.</param>
/// <param name="Rows">The rows that were counted.</param>
/// <param name="Dropped">The rows left out, as values were missing.</param>
/// <param name="Error">The share of answers that differ from the labels; null without labels.</param>
/// <param name="Tau">The error rate from which answers are not believed, or null.</param>
/// <param name="Epsilon">The difference that counts as fair.</param>
/// <param name="Widest">The widest difference of selection rates among groups that are not small; null if no attribute has two such groups.</param>
/// <param name="Attributes">The table of each attribute, then that of their intersection.</param>
public sealed record TableAuditResult(
    AuditVerdict Verdict,
    bool IsCertain,
    long Rows,
    long Dropped,
    double? Error,
    double? Tau,
    double Epsilon,
    WidestDifference? Widest,
    IReadOnlyList<AuditedAttribute> Attributes
);
