namespace ResearchKit.Audit;

/// <summary>
/// Label transport (arXiv:2505.04796, section 5): optimal transport of each group's answers to the barycentre of both. Under the 0/1 cost the barycentre of two Bernoulli distributions is the
/// selection rate of the group with the larger weight, and rows of the other group are flipped at random until their rate is that, up to a tolerated share of the difference.
/// </summary>
public sealed class LabelTransport : IAuditManipulation
{
    /// <summary>Label transport.</summary>
    /// <param name="toleratedUnfairness">The share of the difference that stays, in [0, 1]; 1 is honest.</param>
    /// <param name="weighting">How the groups weigh. Default <see cref="TransportWeighting.Proportional"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tolerated unfairness is outside [0, 1].</exception>
    public LabelTransport(double toleratedUnfairness, TransportWeighting weighting = TransportWeighting.Proportional) =>
        (ToleratedUnfairness, Weighting) = (Rows.RequireIn(toleratedUnfairness, 0, 1, nameof(toleratedUnfairness)), weighting);

    /// <summary>The share of the difference that stays.</summary>
    public double ToleratedUnfairness { get; }

    /// <summary>How the groups weigh.</summary>
    public TransportWeighting Weighting { get; }

    /// <inheritdoc/>
    public string Name => Weighting == TransportWeighting.AsPublished ? "label transport" : "label transport, proportional";

    /// <inheritdoc/>
    public double? Parameter => ToleratedUnfairness;

    /// <summary>The grid of the paper's experiments: 10 values from 0 to 1.</summary>
    /// <param name="weighting">How the groups weigh.</param>
    public static IReadOnlyList<IAuditManipulation> Grid(TransportWeighting weighting) =>
        [.. Enumerable.Range(0, 10).Select(k => new LabelTransport(Grids.Linear(0, 1, k, 10), weighting))];

    /// <summary>How many rows of a group are flipped.</summary>
    /// <param name="margins">Rows and honest positive answers of both groups.</param>
    /// <returns>The common rate, and for each group the flips from 0 to 1 and from 1 to 0.</returns>
    public TransportPlan Plan(GroupMargins margins)
    {
        double rate0 = (double)margins.Positives0 / margins.Rows0;
        double rate1 = (double)margins.Positives1 / margins.Rows1;
        (int weight0, int weight1) =
            Weighting == TransportWeighting.Proportional ? (margins.Rows0, margins.Rows1) : (margins.Rows1, margins.Rows0);
        double barycentre = weight1 >= weight0 ? rate1 : rate0;
        return new TransportPlan(
            barycentre,
            Flips(margins.Rows0, barycentre - rate0),
            Flips(margins.Rows0, rate0 - barycentre),
            Flips(margins.Rows1, barycentre - rate1),
            Flips(margins.Rows1, rate1 - barycentre)
        );
    }

    /// <inheritdoc/>
    public ManipulationOutcome Answer(ManipulationContext context, Span<byte> answers)
    {
        ArgumentNullException.ThrowIfNull(context);
        TransportPlan plan = Plan(context.Margins);
        context.Honest.CopyTo(answers);
        RowFlips.AtRandom(context, answers, group: 0, from: 0, plan.Up0);
        RowFlips.AtRandom(context, answers, group: 0, from: 1, plan.Down0);
        RowFlips.AtRandom(context, answers, group: 1, from: 0, plan.Up1);
        RowFlips.AtRandom(context, answers, group: 1, from: 1, plan.Down1);
        return ManipulationOutcome.Answered;
    }

    private int Flips(int rows, double distance) =>
        (int)Math.Round(rows * (1 - ToleratedUnfairness) * Math.Max(distance, 0), MidpointRounding.ToEven);
}
