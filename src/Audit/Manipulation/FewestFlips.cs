namespace ResearchKit.Audit;

/// <summary>
/// The optimal manipulation m* = argmin over fair m of d(m, h) (arXiv:2505.04796, section 4), exact for 0/1 answers: the fewest changed answers with
/// |demographic parity| &lt;= eps.
/// </summary>
/// <remarks>
/// eps = 0 asks for equal fractions, which groups whose sizes have no common divisor reach by equal answers alone. From 1/n on there is always a way nearby.
/// </remarks>
public sealed class FewestFlips : IAuditManipulation
{
    private readonly FlipOrder _order;

    /// <summary>The exact projection.</summary>
    /// <param name="epsilon">eps, the demographic parity that counts as fair; finite and not negative. Default 0.</param>
    /// <param name="order">Which rows are flipped first. Default <see cref="FlipOrder.LeastConfident"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">eps is negative or not finite.</exception>
    public FewestFlips(double epsilon = 0, FlipOrder order = FlipOrder.LeastConfident) =>
        (Epsilon, _order) = (Rows.RequireNotNegative(epsilon, nameof(epsilon)), order);

    /// <summary>eps.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    public string Name => "fewest flips";

    /// <inheritdoc/>
    public double? Parameter => Epsilon;

    /// <inheritdoc/>
    public ManipulationOutcome Answer(ManipulationContext context, Span<byte> answers)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Honest.CopyTo(answers);
        MoveTo(context, answers, context.Margins, ExactBounds.FewestFlips(context.Margins, Epsilon), _order);
        return ManipulationOutcome.Answered;
    }

    /// <summary>Flips rows until each group has the positives wanted.</summary>
    internal static void MoveTo(ManipulationContext context, Span<byte> answers, GroupMargins from, FairTarget to, FlipOrder order)
    {
        Move(0, to.Positives0 - from.Positives0, answers);
        Move(1, to.Positives1 - from.Positives1, answers);

        void Move(int group, int change, Span<byte> rows) =>
            RowFlips.InOrder(context, rows, group, change > 0 ? (byte)0 : (byte)1, Math.Abs(change), order);
    }
}
