namespace ResearchKit.Audit;

/// <summary>
/// Linear relaxation (arXiv:2505.04796, section 5): the cross-entropy projection of the platform's scores on those with |mean over group 1 - mean over group 0| &lt;= eps,
/// answered at 0.5. The constraint is on the scores: the answers are not exactly fair, and often overshoot.
/// </summary>
public sealed class LinearRelaxation : IAuditManipulation
{
    /// <summary>Linear relaxation.</summary>
    /// <param name="epsilon">eps, the demographic parity left on the scores; finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">eps is negative or not finite.</exception>
    public LinearRelaxation(double epsilon) => Epsilon = Rows.RequireNotNegative(epsilon, nameof(epsilon));

    /// <summary>eps.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    public string Name => "linear relaxation";

    /// <inheritdoc/>
    public double? Parameter => Epsilon;

    /// <summary>The grid of the paper's experiments: 0 and 10 values, logarithmic from 0.001 to 0.1.</summary>
    public static IReadOnlyList<IAuditManipulation> Grid { get; } =
    [new LinearRelaxation(0), .. Enumerable.Range(0, 10).Select(k => new LinearRelaxation(Grids.Logarithmic(-3, -1, k, 10)))];

    /// <inheritdoc/>
    public ManipulationOutcome Answer(ManipulationContext context, Span<byte> answers)
    {
        ArgumentNullException.ThrowIfNull(context);
        double dual = CrossEntropyProjection.Dual(context.ByGroup, Epsilon);
        // The projected score grows with the score, and is 0.5 where c/4 - (1 + c)/2 + p = 0: the projection moves the threshold of each group to 0.5 + c/4.
        double limit0 = 0.5 - (dual / context.Margins.Rows0 / 4);
        double limit1 = 0.5 + (dual / context.Margins.Rows1 / 4);
        ReadOnlySpan<double> scores = context.Scores.Span;
        ReadOnlySpan<byte> group = context.Group.Span;
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i] = scores[i] > (group[i] == 0 ? limit0 : limit1) ? (byte)1 : (byte)0;
        }
        return ManipulationOutcome.Answered;
    }

    /// <summary>The projected scores and the dual value lambda (0 where the scores are fair already), which carries the sign of mean over group 1 minus mean over group 0.</summary>
    /// <param name="context">The rows.</param>
    public (double[] Scores, double Dual) Project(ManipulationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        double dual = CrossEntropyProjection.Dual(context.ByGroup, Epsilon);
        double[] scores = context.Scores.ToArray();
        if (dual != 0)
        {
            GroupMargins m = context.Margins;
            CrossEntropyProjection.Scatter(context.ByGroup, context.Group.Span, dual / m.Rows1, -dual / m.Rows0, scores);
        }
        return (scores, dual);
    }
}
