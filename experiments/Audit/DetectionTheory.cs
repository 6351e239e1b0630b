using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Audit;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Audit;

/// <summary>
/// What can be known beforehand: the probability that a blind projection leaves the auditor's prior, beside simulated games; and that a public prior is no prior, on generated people.
/// </summary>
[Experiment(
    "audit/theory",
    Paper = AuditPaper.Id,
    Shows = "Probability of detection with a private prior, and what a public prior is worth"
)]
public sealed class DetectionTheory : Experiment<DetectionTheory.Options, DetectionTheory.Cell, DetectionTheory.Row>
{
    private const string Ball = "private prior";
    private const string Public = "public prior";

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The queries of an audit.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the queries of an audit, each at least 2")]
        public IReadOnlyList<int> Budgets { get; init; } = [10, 100, 1000];

        /// <summary>The distances of the labels from the fair answers, over the radius of the prior.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the distances of the labels from the fair answers, over the radius of the prior")]
        public IReadOnlyList<double> Ratios { get; init; } = [0.02, 0.05, 0.1, 0.2, 0.5];

        /// <summary>Simulated games a cell.</summary>
        [Range(100, 10_000_000)]
        [Description("simulated games a cell")]
        public int Games { get; init; } = 2000;
    }

    /// <summary>One point.</summary>
    /// <param name="Prior">Which statement.</param>
    /// <param name="Budget">n.</param>
    /// <param name="Ratio">delta/R; 0 for a public prior.</param>
    /// <param name="Seed">The seed.</param>
    public sealed record Cell(string Prior, int Budget, double Ratio, int Seed);

    /// <summary>What was found.</summary>
    /// <param name="Predicted">The probability of detection by the formula; for a public prior the rough smallest useless tau, |DP(y*)| min(p, 1 - p).</param>
    /// <param name="Measured">The share of games detected; for a public prior the exact smallest useless tau.</param>
    /// <param name="Failures">For a public prior: whether the attack was detected or unfair at that tau.</param>
    public sealed record Row(double Predicted, double Measured, int Failures);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Seeds = [.. Enumerable.Range(1, 5)] }
            : new Options
            {
                Budgets = [2, 10, 100, 1000, 5000],
                Games = 20_000,
                Seeds = [.. Enumerable.Range(1, 10)],
            };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        [
            .. from budget in options.Budgets
            from ratio in options.Ratios
            from seed in options.Seeds
            select new Cell(Ball, budget, ratio, seed),
            .. from budget in options.Budgets where budget >= 100 from seed in options.Seeds select new Cell(Public, budget, 0, seed),
        ];

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return await Task.Run(
            () => cell.Prior == Ball ? Simulate(cell, context, cancellationToken) : Attack(cell, context),
            cancellationToken
        );
    }

    private static Row Simulate(Cell cell, CellContext<Options> context, CancellationToken cancellationToken)
    {
        RandomStream random = context.Random("games", Text(cell.Budget), Text(cell.Ratio));
        double[] point = new double[cell.Budget];
        int detected = 0;
        for (int game = 0; game < context.Options.Games; game++)
        {
            if (game % 100 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            // Uniform in the unit ball; the projection sets the first coordinate to the distance of the fair answers.
            random.FillGaussian(point);
            double squares = System.Numerics.Tensors.TensorPrimitives.SumOfSquares<double>(point);
            double radius = Math.Pow(random.NextDoubleOpen(), 1.0 / point.Length);
            double rest = (squares - (point[0] * point[0])) / squares * radius * radius;
            detected += (cell.Ratio * cell.Ratio) + rest > 1 ? 1 : 0;
        }
        return new Row(AuditTheory.DetectionProbability(cell.Budget, cell.Ratio), (double)detected / context.Options.Games, 0);
    }

    private static Row Attack(Cell cell, CellContext<Options> context)
    {
        AuditPopulation people = AcsEmploymentSynth.Draw(cell.Budget, context.Random("people", Text(cell.Budget)));
        GroupMargins labels = GroupMargins.Of(people.Labels.Span, people.Group.Span);
        // Equal fractions of groups whose sizes have no common divisor are all or nothing: 1/n is the finest parity that can always be reached nearby.
        double fair = 1.0 / labels.Rows;
        double tau = ExactBounds.SmallestUselessTau(labels, fair);
        ScoredPool pool = new(
            [.. people.Labels.ToArray().Select(y => y == 1 ? 0.9 : 0.1)],
            people.Labels.ToArray(),
            people.Group.ToArray()
        );
        AuditRecord record = AuditGame
            .Draw(pool, pool.Count, context.Random("audit set"))
            .Play(new PublicPriorAttack(tau, fair), context.Random("attack"), publicPrior: true);
        AuditVerdict verdict = new DatasetPrior(tau, fair + 1e-9).Judge(record.Error, record.DemographicParity);
        double share = (double)labels.Rows1 / labels.Rows;
        return new Row(
            Math.Abs(labels.SignedDemographicParity) * Math.Min(share, 1 - share),
            tau,
            record.Degenerate || verdict != AuditVerdict.Fair ? 1 : 0
        );
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        Measured<Cell, Row>[] games = [.. rows.Where(r => r.Cell.Prior == Ball)];
        yield return new Figure
        {
            Id = "probability-of-detection",
            Title = "Probability that a blind manipulation is seen",
            Source = "section 4",
            Caption =
                "Lines are simulated games, with the interval over seeds; hollow marks are the formula. Labels that are fair themselves (0) never show it.",
            X = new Axis("Distance of the labels from the fair answers, over the radius of the prior") { Scale = AxisScale.Log },
            Y = new Axis("Detected") { Minimum = 0, Maximum = 1 },
            Series =
            [
                .. games
                    .GroupBy(r => r.Cell.Budget)
                    .OrderBy(b => b.Key)
                    .Select(b => new Series(
                        $"{Text(b.Key)} queries",
                        SeriesKind.Line,
                        [
                            .. b.GroupBy(r => r.Cell.Ratio)
                                .OrderBy(x => x.Key)
                                .Select(x =>
                                {
                                    double[] shares = [.. x.OrderBy(r => r.Cell.Seed).Select(r => r.Row.Measured)];
                                    Estimate e = AuditPaper.OfSeeds(shares, "theory", "figure", Text(b.Key), Text(x.Key))!.Value;
                                    return new SeriesPoint(x.Key, e.Value, e.Low, e.High);
                                }),
                        ]
                    )),
            ],
            Marks =
            [
                .. games
                    .Where(r => r.Cell.Seed == games[0].Cell.Seed)
                    .Select(r => new ReferenceMark(r.Cell.Ratio, r.Row.Predicted, "formula")),
            ],
            Width = FigureWidth.Wide,
            Provenance = new Provenance(DataOrigin.Generated, HardwareOrigin.Real),
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        double[] deviations =
        [
            .. rows.Where(r => r.Cell.Prior == Ball)
                .GroupBy(r => r.Cell.Seed)
                .OrderBy(s => s.Key)
                .Select(s => s.Average(r => r.Row.Measured - r.Row.Predicted)),
        ];
        double[] distances =
        [
            .. rows.Where(r => r.Cell.Prior == Ball)
                .GroupBy(r => r.Cell.Seed)
                .OrderBy(s => s.Key)
                .Select(s => s.Max(r => Math.Abs(r.Row.Measured - r.Row.Predicted))),
        ];
        const string own = "the paper's theorem could not be read: this is our own derivation of the same model";
        yield return Claim
            .AllOf(
                "detection",
                "The probability of detection with a private prior is that of the formula, over all budgets and distances",
                Claim
                    .Difference("detection-mean", "simulated minus predicted, mean over all points")
                    .Accept(-0.005, 0.005)
                    .Measured(AuditPaper.OfSeeds(deviations, "theory", "detection-mean")),
                Claim
                    .Value("detection-largest", "the largest distance at a point, mean over seeds")
                    .Accept(atMost: 0.04)
                    .Measured(AuditPaper.OfSeeds(distances, "theory", "detection-largest"))
            )
            .StatedWithoutNumber("section 4")
            .Because($"2000 games have a standard error of 0.011 at most; {own}");
        Measured<Cell, Row>[] attacks = [.. rows.Where(r => r.Cell.Prior == Public)];
        yield return Claim
            .Exact(
                "public-prior",
                "A platform that knows the prior is never detected and always judged fair, as soon as the exact bound allows it"
            )
            .StatedWithoutNumber("section 4: a public prior is no prior")
            .Because("number of audit sets on which the attack was detected, or unfair, at the smallest useless threshold")
            .Measured(
                attacks.Length == 0 ? null : new Estimate(attacks.Sum(r => r.Row.Failures), 0, 0, 0, 1, IntervalMethod.Deterministic)
            );
        double[] gaps =
        [
            .. attacks
                .GroupBy(r => r.Cell.Seed)
                .OrderBy(s => s.Key)
                .Select(s => s.Average(r => (r.Row.Measured - r.Row.Predicted) * r.Cell.Budget)),
        ];
        yield return Claim
            .Difference(
                "useless-tau",
                "The threshold below which public labels are of use is their parity times the share of the smaller group, within three rows"
            )
            .StatedWithoutNumber("not in the paper: our exact bound")
            .Accept(0, 3)
            .In("rows")
            .Because("whole rows are flipped, and one more error is allowed")
            .Measured(AuditPaper.OfSeeds(gaps, "theory", "useless-tau"));
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
