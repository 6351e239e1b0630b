namespace ResearchKit.Audit;

/// <summary>What one audit of one strategy measured; all shares in [0, 1], parities in [-1, 1].</summary>
/// <param name="Strategy">The name of the strategy.</param>
/// <param name="Parameter">Its parameter, or null.</param>
/// <param name="Budget">n, the queries of the audit.</param>
/// <param name="Degenerate">Whether the strategy had no answer, and answered honestly.</param>
/// <param name="Error">E(m): the share of answers that differ from the auditor's labels.</param>
/// <param name="HonestError">E(h), of the honest answers.</param>
/// <param name="Accuracy0">The share of right answers in group 0.</param>
/// <param name="Accuracy1">The share of right answers in group 1.</param>
/// <param name="DemographicParity">DP(m), signed: group 0 minus group 1.</param>
/// <param name="HonestDemographicParity">DP(h).</param>
/// <param name="PerformanceParity">|TPR_0 - TPR_1| + |FPR_0 - FPR_1| of the answers.</param>
/// <param name="HonestPerformanceParity">Of the honest answers.</param>
/// <param name="FraudDetectKl">The divergence of the groups' confusion tables.</param>
/// <param name="Hamming">The share of answers changed.</param>
/// <param name="UsersChanged">The share of the users' answers changed, by queries taken for the audit's.</param>
public sealed record AuditRecord(
    string Strategy,
    double? Parameter,
    int Budget,
    bool Degenerate,
    double Error,
    double HonestError,
    double Accuracy0,
    double Accuracy1,
    double DemographicParity,
    double HonestDemographicParity,
    double PerformanceParity,
    double HonestPerformanceParity,
    double FraudDetectKl,
    double Hamming,
    double UsersChanged
)
{
    /// <summary>How much demographic parity the answers hide: |DP(m) - DP(h)|. A change of sign counts fully.</summary>
    public double Hidden => Math.Abs(DemographicParity - HonestDemographicParity);
}
