namespace ResearchKit.Audit;

/// <summary>
/// The auditor's prior as a labelled data set (arXiv:2505.04796, section 4): she believes models whose share of errors on it is below tau. An error rate of exactly tau is not believed.
/// </summary>
public sealed record DatasetPrior
{
    /// <summary>A prior.</summary>
    /// <param name="tau">The threshold on the error rate, in (0, 1].</param>
    /// <param name="epsilon">The demographic parity that counts as fair; finite and not negative. Default 0.05.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public DatasetPrior(double tau, double epsilon = 0.05) =>
        (Tau, Epsilon) = (Rows.RequireTau(tau), Rows.RequireNotNegative(epsilon, nameof(epsilon)));

    /// <summary>tau.</summary>
    public double Tau { get; }

    /// <summary>eps.</summary>
    public double Epsilon { get; }

    /// <summary>Whether answers of that error rate are believed.</summary>
    /// <param name="error">The share of answers that differ from the auditor's labels.</param>
    public bool Believes(double error) => error < Tau;

    /// <summary>The conclusion.</summary>
    /// <param name="error">The share of answers that differ from the auditor's labels.</param>
    /// <param name="demographicParity">The signed demographic parity of the answers.</param>
    public AuditVerdict Judge(double error, double demographicParity) =>
        !Believes(error) ? AuditVerdict.Manipulated
        : Math.Abs(demographicParity) <= Epsilon ? AuditVerdict.Fair
        : AuditVerdict.Unfair;
}
