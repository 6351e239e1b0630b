namespace ResearchKit.Audit;

/// <summary>
/// What a platform does that knows the auditor's labels (arXiv:2505.04796, section 4: a public prior is no prior): it answers with the fair vector nearest to the labels. If that has fewer errors
/// than tau allows, it is judged fair and never detected. Without known labels, or where no such vector exists, it answers honestly.
/// </summary>
public sealed class PublicPriorAttack : IAuditManipulation
{
    private readonly double _epsilon;
    private readonly double _tau;

    /// <summary>The attack on a public prior.</summary>
    /// <param name="tau">The auditor's threshold on the error rate, in (0, 1].</param>
    /// <param name="epsilon">The demographic parity that counts as fair; finite and not negative. Default 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public PublicPriorAttack(double tau, double epsilon = 0) =>
        (_tau, _epsilon) = (Rows.RequireTau(tau), Rows.RequireNotNegative(epsilon, nameof(epsilon)));

    /// <inheritdoc/>
    public string Name => "public prior attack";

    /// <inheritdoc/>
    public double? Parameter => _tau;

    /// <inheritdoc/>
    public ManipulationOutcome Answer(ManipulationContext context, Span<byte> answers)
    {
        ArgumentNullException.ThrowIfNull(context);
        byte[]? fair = context.KnownLabels.IsEmpty
            ? null
            : ExactBounds.PublicPriorDefeat(context.KnownLabels.Span, context.Group.Span, _epsilon, _tau, context.Scores.Span);
        if (fair is null)
        {
            context.Honest.CopyTo(answers);
            return ManipulationOutcome.Degenerate;
        }
        fair.CopyTo(answers);
        return ManipulationOutcome.Answered;
    }
}
