using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Audit;
using ResearchKit.Experiments;
using ResearchKit.Metrics;

namespace ResearchKit.Papers.Audit;

/// <summary>How far the auditor's estimate of an honest platform's demographic parity lies from that of the whole pool, against the budget.</summary>
[Experiment(
    "audit/estimation-variance",
    Paper = AuditPaper.Id,
    Shows = "Spread of the estimated demographic parity against the audit's budget"
)]
public sealed class EstimationVariance : Experiment<EstimationVariance.Options, AuditCell, EstimationVariance.Row>
{
    private readonly TrainedPlatforms _platforms;

    /// <summary>The experiment.</summary>
    public EstimationVariance()
        : this(new TrainedPlatforms()) { }

    internal EstimationVariance(TrainedPlatforms platforms) => _platforms = platforms;

    /// <summary>The options.</summary>
    public sealed record Options : AuditExperimentOptions
    {
        /// <summary>The queries of an audit.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the queries of an audit")]
        public IReadOnlyList<int> Budgets { get; init; } = [100, 500, 1000, 2000, 3000, 5000];

        /// <summary>The audit sets drawn for each seed.</summary>
        [Range(2, 10_000)]
        [Description("the audit sets drawn for each seed")]
        public int Draws { get; init; } = 40;
    }

    /// <summary>The spread at one budget.</summary>
    /// <param name="Parity">The mean of the estimates.</param>
    /// <param name="PoolParity">DP of the whole pool.</param>
    /// <param name="PoolError">The error of the honest answers on the whole pool.</param>
    /// <param name="MeanAbsoluteError">The mean of |DP_n - DP_pool|.</param>
    /// <param name="Spread">The root mean square of DP_n - DP_pool.</param>
    /// <param name="PredictedSpread">By the formula for samples without replacement.</param>
    public sealed record Row(
        double Parity,
        double PoolParity,
        double PoolError,
        double MeanAbsoluteError,
        double Spread,
        double PredictedSpread
    );

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Seeds = [.. Enumerable.Range(1, 10)] }
            : new Options
            {
                Data = [AuditDatasets.Synth, .. AuditDatasets.RealTables],
                Budgets = [100, 300, 500, 700, 1000, 2000, 3000, 4000, 5000],
                Draws = 200,
                Seeds = [.. Enumerable.Range(1, 15)],
            };

    /// <inheritdoc/>
    public override IEnumerable<AuditCell> Plan(Options options) =>
        from data in options.Data
        from model in AuditDatasets.ModelsOf(data, options.Models)
        from budget in options.Budgets
        where budget < AuditDatasets.PoolSize(data, options.PoolSize)
        from seed in options.Seeds
        select new AuditCell(data, model, budget, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        AuditCell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        TrainedPlatform platform = await _platforms.GetAsync(
            cell.Data,
            cell.Model,
            cell.Seed,
            context.Options.People,
            context.Options.PoolSize,
            context.Data,
            cancellationToken
        );
        ScoredPool pool = platform.Pool;
        byte[] honest = HonestAnswers.Of(pool.Scores.Span);
        GroupMargins all = GroupMargins.Of(honest, pool.Group.Span);
        int errors = 0;
        for (int i = 0; i < honest.Length; i++)
        {
            errors += honest[i] ^ pool.Labels.Span[i];
        }
        double[] parities = new double[context.Options.Draws];
        for (int draw = 0; draw < parities.Length; draw++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            AuditGame game = AuditGame.Draw(pool, cell.Budget, context.Random("audit set", cell.Data, Text(cell.Budget), Text(draw)));
            parities[draw] = TwoGroupFairness.SignedDemographicParity(HonestAnswers.Of(game.Audit.Scores.Span), game.Audit.Group.Span);
        }
        double[] deviations = [.. parities.Select(p => p - all.SignedDemographicParity)];
        yield return new Row(
            parities.Average(),
            all.SignedDemographicParity,
            (double)errors / honest.Length,
            deviations.Average(Math.Abs),
            Math.Sqrt(deviations.Average(d => d * d)),
            AuditTheory.ParityStandardError(
                cell.Budget,
                pool.Count,
                (double)all.Rows1 / all.Rows,
                (double)all.Positives0 / all.Rows0,
                (double)all.Positives1 / all.Rows1
            )
        );
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<AuditCell, Row>> rows) =>
        rows.GroupBy(r => r.Cell.Data)
            .Select(d => new Figure
            {
                Id = $"spread-{d.Key}",
                Title = $"Spread of the estimated demographic parity, {AuditDatasets.Title(d.Key, AuditDatasets.Calibrated)}",
                Source = "the authors' exploration of the estimate's variance",
                Caption =
                    "Lines are measured, with the interval over seeds; hollow marks are the authors' (five audit sets each) and the formula.",
                X = new Axis("Queries") { Scale = AxisScale.Log },
                Y = new Axis("Root mean square deviation from the pool") { Minimum = 0 },
                Series =
                [
                    .. d.GroupBy(r => r.Cell.Model)
                        .Select(m => new Series(
                            m.Key,
                            SeriesKind.Line,
                            [.. m.GroupBy(r => r.Cell.Budget).OrderBy(b => b.Key).Select(Point)]
                        )),
                ],
                Marks =
                [
                    .. d.GroupBy(r => r.Cell.Budget)
                        .Select(b => new ReferenceMark(b.Key, b.Average(r => r.Row.PredictedSpread), "formula")),
                    .. d.Key == AuditDatasets.Synth ? PublishedSpread : [],
                ],
                Provenance = new Provenance(AuditDatasets.Origin(d.Key)),
            });

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<AuditCell, Row>> rows)
    {
        const string generated = "generated people in the shape of the paper's, on the pool of 10,000, a new population for every seed";
        yield return Honest("honest-error-gbdt", AuditDatasets.Gbdt, "error of boosted trees", 0.140, 0.156, r => r.PoolError)
            .Published(0.1434, 0.1445, AuditPaper.Stored);
        yield return Honest("honest-error-logistic", AuditDatasets.Logistic, "error of logistic regression", 0.170, 0.186, r => r.PoolError)
            .Published(0.1755, AuditPaper.Stored);
        yield return Honest(
                "honest-parity-gbdt",
                AuditDatasets.Gbdt,
                "demographic parity of boosted trees",
                0.035,
                0.065,
                r => r.PoolParity
            )
            .Published(0.041, 0.060, AuditPaper.Stored);
        yield return Honest(
                "honest-parity-logistic",
                AuditDatasets.Logistic,
                "demographic parity of logistic regression",
                0.035,
                0.065,
                r => r.PoolParity
            )
            .StatedWithoutNumber(AuditPaper.Stored);
        yield return Claim
            .Value("spread-1000", "The estimate from 1000 queries spreads as the authors' does")
            .Published(0.045, AuditPaper.Stored)
            .Accept(0.03, 0.06)
            .Because("theirs is the standard deviation over five audit sets, itself uncertain by a third")
            .Measured(
                AuditPaper.OfSeeds([.. At(rows, AuditDatasets.Gbdt, 1000).Select(r => r.Spread)], "estimation-variance", "spread-1000")
            );
        yield return Claim
            .AllOf(
                "as-predicted",
                "The spread is that of sampling without replacement, at every budget, within 15 %",
                [
                    .. new[] { 100, 500, 1000, 2000, 3000, 5000 }.Select(budget =>
                        Claim
                            .Value($"as-predicted-{Text(budget)}", $"{Text(budget)} queries: measured over predicted")
                            .Accept(0.85, 1.15)
                            .Measured(
                                AuditPaper.OfSeeds(
                                    [.. At(rows, AuditDatasets.Gbdt, budget).Select(r => r.Spread / r.PredictedSpread)],
                                    "estimation-variance",
                                    Text(budget)
                                )
                            )
                    ),
                ]
            )
            .StatedWithoutNumber("not in the paper: the formula of random samples")
            .Because(generated);

        Claim Honest(string id, string model, string what, double low, double high, Func<Row, double> value) =>
            Claim
                .Value(id, $"The honest platform on generated people is like the paper's: {what}")
                .Accept(low, high)
                .Because($"{generated}; LightGBM and Microsoft.ML where the paper has scikit-learn")
                .Measured(AuditPaper.OfSeeds([.. At(rows, model, 1000).Select(value)], "estimation-variance", id));
    }

    private static IEnumerable<Row> At(IReadOnlyList<Measured<AuditCell, Row>> rows, string model, int budget) =>
        rows.Where(r => r.Cell.Data == AuditDatasets.Synth && r.Cell.Model == model && r.Cell.Budget == budget)
            .OrderBy(r => r.Cell.Seed)
            .Select(r => r.Row);

    private static SeriesPoint Point(IGrouping<int, Measured<AuditCell, Row>> rows)
    {
        double[] spreads = [.. rows.OrderBy(r => r.Cell.Seed).Select(r => r.Row.Spread)];
        Estimate e = AuditPaper.OfSeeds(spreads, "estimation-variance", "figure", Text(rows.Key))!.Value;
        return new SeriesPoint(rows.Key, e.Value, e.Low, e.High);
    }

    private static IEnumerable<ReferenceMark> PublishedSpread =>
        new[] { (100, .113), (500, .060), (1000, .045), (2000, .035), (3000, .014), (5000, .012) }.Select(p => new ReferenceMark(
            p.Item1,
            p.Item2,
            "authors, standard deviation"
        ));

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
