namespace ResearchKit.Audit;

/// <summary>
/// The upper bound on every strategy: a platform that knows the auditor's labels and spends every error that tau allows on moving demographic parity as far as it can from its honest one.
/// Degenerate without known labels, or where tau allows no error count at all.
/// </summary>
public sealed class Omniscient : IAuditManipulation
{
    private readonly double _tau;

    /// <summary>The omniscient platform.</summary>
    /// <param name="tau">The auditor's threshold on the error rate, in (0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">tau is outside (0, 1].</exception>
    public Omniscient(double tau) => _tau = Rows.RequireTau(tau);

    /// <inheritdoc/>
    public string Name => "omniscient";

    /// <inheritdoc/>
    public double? Parameter => _tau;

    /// <inheritdoc/>
    public ManipulationOutcome Answer(ManipulationContext context, Span<byte> answers)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.KnownLabels.IsEmpty)
        {
            context.Honest.CopyTo(answers);
            return ManipulationOutcome.Degenerate;
        }
        ReadOnlySpan<byte> labels = context.KnownLabels.Span;
        GroupMargins known = GroupMargins.OfBoth(labels, context.Group.Span, "audit set");
        if (ExactBounds.OmniscientTarget(context.Margins, known, _tau) is not { } target)
        {
            context.Honest.CopyTo(answers);
            return ManipulationOutcome.Degenerate;
        }
        labels.CopyTo(answers);
        FewestFlips.MoveTo(context, answers, known, target, FlipOrder.LeastConfident);
        return ManipulationOutcome.Answered;
    }
}
