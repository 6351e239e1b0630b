using ResearchKit.Audit;

namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>audit plan</c> says.</summary>
internal sealed record AuditPlanReport(
    long Queries,
    double HonestError,
    double FalseAlarm,
    double SmallerShare,
    long RejectFrom,
    double Tau,
    double HonestPassRate,
    IReadOnlyList<AuditPowerLine> Powers,
    double Power,
    double BlindlyConcealable,
    double? OmniscientlyConcealable,
    double? LabelParity,
    double? SmallestUselessTau,
    double? DetectionProbability,
    double? WantedHidden,
    long? QueriesForWanted
);

/// <summary>The power against one more error rate.</summary>
internal sealed record AuditPowerLine(double MoreError, double Power);

/// <summary>What <c>audit run</c> found, as evidence.</summary>
internal sealed record AuditEvidence(
    AuditVerdict Verdict,
    bool IsCertain,
    string Source,
    string? Sha256,
    long Rows,
    long Dropped,
    double? Error,
    double? Tau,
    double Epsilon,
    WidestDifference? Widest,
    IReadOnlyList<AuditedAttributeReport> Attributes,
    AuditQueriesReport? Queries
);

/// <summary>The questions of an audit of a live model.</summary>
internal sealed record AuditQueriesReport(string Endpoint, int Budget, int Asked, int AskedNow, int Unanswered, string Ledger);

/// <summary>One attribute: all metrics by group.</summary>
internal sealed record AuditedAttributeReport(string Attribute, bool IsIntersection, IReadOnlyList<AuditMetricReport> Metrics);

/// <summary>One metric by group.</summary>
internal sealed record AuditMetricReport(
    string Metric,
    double? Overall,
    double? Difference,
    double? Ratio,
    bool RestsOnSmallGroup,
    IReadOnlyList<AuditGroupReport> Groups
);

/// <summary>One group.</summary>
internal sealed record AuditGroupReport(string Group, long Rows, double? Value, double? Low, double? High, bool IsSmall);

/// <summary>What <c>audit simulate</c> says.</summary>
internal sealed record AuditSimulationReport(
    string Source,
    int Budget,
    int Seeds,
    double Tau,
    double HonestError,
    double HonestParity,
    double HonestPassRate,
    double? OmniscientlyConcealable,
    IReadOnlyList<AuditSimulationLine> Strategies
);

/// <summary>One strategy.</summary>
internal sealed record AuditSimulationLine(
    string Strategy,
    double? Concealable,
    double? StandardError,
    int SeedsPassing,
    double StrongestHidden,
    double StrongestError,
    double StrongestHamming,
    double DetectedShare
);
