using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Audit;
using ResearchKit.Experiments;
using ResearchKit.Metrics;

namespace ResearchKit.Papers.Audit;

/// <summary>
/// Concealable unfairness: the most demographic parity a strategy hides while its error stays below the auditor's threshold, against the number of queries. An audit set on which no parameter passes has no value.
/// </summary>
[Experiment("audit/concealable-vs-budget", Paper = AuditPaper.Id, Shows = "Concealable unfairness against the audit's budget")]
public sealed class ConcealableAgainstBudget : Experiment<ConcealableAgainstBudget.Options, AuditCell, ConcealableAgainstBudget.Row>
{
    private const string Transport = "label transport";
    private const string Linear = "linear relaxation";
    private const string Roc = "ROC mitigation";
    private const string Threshold = "threshold manipulation";

    private static readonly int[] PaperBudgets = [100, 300, 500, 700, 1000, 2000, 3000, 4000, 5000];

    private readonly IReadOnlyList<ManipulationFamily> _families;
    private readonly TrainedPlatforms _platforms;

    /// <summary>The experiment with the strategies that are built in.</summary>
    public ConcealableAgainstBudget()
        : this(new TrainedPlatforms(), []) { }

    /// <summary>The experiment with strategies of one's own beside them.</summary>
    /// <param name="more">They appear in figures and rows, marked "not in the paper"; the claims do not change.</param>
    public ConcealableAgainstBudget(params IReadOnlyList<ManipulationFamily> more)
        : this(new TrainedPlatforms(), more) { }

    internal ConcealableAgainstBudget(TrainedPlatforms platforms, IReadOnlyList<ManipulationFamily> more) =>
        (_platforms, _families) = (platforms, [.. ManipulationFamilies.All.Except([ManipulationFamilies.Honest]), .. more]);

    /// <summary>The options.</summary>
    public sealed record Options : AuditExperimentOptions
    {
        /// <summary>The queries of an audit.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the queries of an audit")]
        public IReadOnlyList<int> Budgets { get; init; } = [100, 1000, 5000];

        /// <summary>The threshold on the error rate.</summary>
        [Range(0.0001, 1)]
        [Description("the threshold on the error rate; empty for that of each population and model")]
        public double? Tau { get; init; }
    }

    /// <summary>What one strategy hides on one audit set.</summary>
    /// <param name="Strategy">The strategy.</param>
    /// <param name="Concealed">The largest hidden parity below the threshold; null if no parameter passes.</param>
    /// <param name="Passing">The parameters that pass.</param>
    /// <param name="Parameters">All parameters.</param>
    /// <param name="Tau">The threshold.</param>
    /// <param name="HonestError">E(h).</param>
    /// <param name="HonestPasses">Whether honest answers are believed.</param>
    /// <param name="HonestDemographicParity">DP(h).</param>
    /// <param name="Omniscient">The most that any platform could hide that knows the labels; null if none passes.</param>
    public sealed record Row(
        string Strategy,
        double? Concealed,
        int Passing,
        int Parameters,
        double Tau,
        double HonestError,
        bool HonestPasses,
        double HonestDemographicParity,
        double? Omniscient
    );

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Seeds = [.. Enumerable.Range(1, 10)] }
            : new Options
            {
                Data = [AuditDatasets.Synth, .. AuditDatasets.RealTables, .. AuditDatasets.FaceTargets],
                Budgets = PaperBudgets,
                Seeds = [.. Enumerable.Range(1, 30)],
            };

    /// <inheritdoc/>
    public override IEnumerable<AuditCell> Plan(Options options) =>
        from data in options.Data
        from model in AuditDatasets.ModelsOf(data, options.Models)
        from budget in options.Budgets
        where budget <= AuditDatasets.PoolSize(data, options.PoolSize)
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
        double tau = context.Options.Tau ?? AuditDatasets.Tau(cell.Data, cell.Model);
        string budget = cell.Budget.ToString(CultureInfo.InvariantCulture);
        AuditGame game = AuditGame.Draw(platform.Pool, cell.Budget, context.Random("audit set", cell.Data, budget));
        GroupMargins labels = GroupMargins.Of(game.Audit.Labels.Span, game.Audit.Group.Span);
        GroupMargins honest = GroupMargins.Of(HonestAnswers.Of(game.Audit.Scores.Span), game.Audit.Group.Span);
        double? omniscient = ExactBounds.OmniscientConcealable(honest, labels, tau);
        foreach (ManipulationFamily family in _families)
        {
            List<AuditRecord> records = [];
            foreach (IAuditManipulation strategy in family.Grid)
            {
                cancellationToken.ThrowIfCancellationRequested();
                string parameter = strategy.Parameter?.ToString("r", CultureInfo.InvariantCulture) ?? "-";
                records.Add(game.Play(strategy, context.Random("inference", cell.Data, cell.Model, budget, family.Name, parameter)));
            }
            yield return new Row(
                family.Name,
                Concealable.OfOneSet(records, tau),
                records.Count(r => r.Error < tau),
                records.Count,
                tau,
                records[0].HonestError,
                records[0].HonestError < tau,
                records[0].HonestDemographicParity,
                omniscient
            );
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<AuditCell, Row>> rows) =>
        rows.GroupBy(r => (r.Cell.Data, r.Cell.Model))
            .Select(g => new Figure
            {
                Id = $"concealable-{g.Key.Data}-{g.Key.Model}",
                Title = $"Concealable unfairness, {AuditDatasets.Title(g.Key.Data, g.Key.Model)}",
                Source = AuditPaper.Budgets,
                Caption =
                    "The most that a strategy hides below the threshold, mean over the audit sets on which a parameter passes, with the interval. A budget at which none passes has no point.",
                X = new Axis("Queries") { Scale = AxisScale.Log },
                Y = new Axis("Concealable demographic parity") { Minimum = 0 },
                Series =
                [
                    .. g.GroupBy(r => r.Row.Strategy)
                        .Select(s => new Series(
                            s.Key,
                            SeriesKind.Line,
                            [
                                .. s.Where(r => r.Row.Concealed is not null)
                                    .GroupBy(r => r.Cell.Budget)
                                    .OrderBy(b => b.Key)
                                    .Select(b =>
                                    {
                                        double[] values = [.. b.OrderBy(r => r.Cell.Seed).Select(r => r.Row.Concealed!.Value)];
                                        Estimate e = AuditPaper.OfSeeds(values, "concealable", "figure", s.Key)!.Value;
                                        return new SeriesPoint(b.Key, e.Value, e.Low, e.High);
                                    }),
                            ]
                        )
                        {
                            NotInPaper = !(_families.FirstOrDefault(f => f.Name == s.Key)?.InPaper ?? false),
                        }),
                ],
                Marks = g.Key == (AuditDatasets.Synth, AuditDatasets.Gbdt) ? ConcealableMarks.Published : [],
                Width = FigureWidth.Wide,
                Provenance = new Provenance(AuditDatasets.Origin(g.Key.Data)),
            });

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<AuditCell, Row>> rows)
    {
        const string generated =
            "generated people in the shape of the paper's, thresholds 0.155 and 0.185 for its 0.15 and 0.18, mean over the budgets from 1000 on";
        yield return InBand("transport-gbdt", AuditDatasets.Synth, AuditDatasets.Gbdt, Transport, 1000, null, 0.035, (0.009, 0.020));
        yield return InBand("roc-gbdt", AuditDatasets.Synth, AuditDatasets.Gbdt, Roc, 1000, 0.04, 0.09, (0.053, 0.068));
        yield return InBand("linear-gbdt", AuditDatasets.Synth, AuditDatasets.Gbdt, Linear, 1000, 0.03, 0.09, (0.051, 0.089));
        yield return InBand("threshold-gbdt", AuditDatasets.Synth, AuditDatasets.Gbdt, Threshold, 1000, 0.03, 0.08, (0.046, 0.064));
        yield return InBand("roc-logistic", AuditDatasets.Synth, AuditDatasets.Logistic, Roc, 1000, 0.06, 0.13, null);
        yield return InBand("linear-logistic", AuditDatasets.Synth, AuditDatasets.Logistic, Linear, 1000, 0.045, 0.10, (0.0637, 0.0665));
        yield return InBand("transport-logistic", AuditDatasets.Synth, AuditDatasets.Logistic, Transport, 1000, null, 0.04, null);
        yield return Claim
            .Order(
                "transport-least-gbdt",
                "On boosted trees label transport as published conceals less than every other strategy of the paper"
            )
            .StatedWithoutNumber(AuditPaper.Budgets)
            .Accept(atLeast: 0)
            .Because(generated)
            .Measured(
                Margin(rows, AuditDatasets.Synth, AuditDatasets.Gbdt, 1000, [Roc, Linear, Threshold], Transport, "transport-least-gbdt")
            );
        yield return Claim
            .Order("roc-most-logistic", "On logistic regression ROC mitigation conceals more than every other strategy of the paper")
            .StatedWithoutNumber(AuditPaper.Budgets)
            .Accept(atLeast: 0)
            .Because(generated)
            .Measured(RocMost(rows));
        yield return Claim
            .Difference("small-budgets", "With 100 queries at least one strategy conceals more than with 1000")
            .Published(0.124, 0.137, AuditPaper.Budgets)
            .Accept(atLeast: 0)
            .Because(
                "small samples leave room to luck; of the strategies that pass on at least three audit sets at both budgets, the one with the largest difference"
            )
            .Measured(SmallBudgets(rows));
        yield return Claim
            .Exact("below-omniscient", "No strategy conceals more than a platform could that knows the auditor's labels")
            .StatedWithoutNumber("not in the paper: our exact bound, number of violations")
            .Because("the bound holds for every vector of answers with an error below the threshold")
            .Measured(
                rows.Count == 0
                    ? null
                    : new Estimate(
                        rows.Count(r => r.Row.Concealed > (r.Row.Omniscient ?? double.PositiveInfinity) + 1e-12),
                        0,
                        0,
                        0,
                        1,
                        IntervalMethod.Deterministic
                    )
            );
        // The bands on real data are 40 % around a reference run with scikit-learn's models.
        yield return OnIncome("transport-income", Transport, 0.0024, 0.028);
        yield return OnIncome("roc-income", Roc, 0.038, 0.125);
        yield return OnIncome("linear-income", Linear, 0.070, 0.183);
        yield return Claim
            .AllOf(
                "order-income",
                "On ACSIncome Minnesota by race, label transport conceals less than ROC mitigation, and that less than linear relaxation",
                Claim
                    .Order("order-income-transport", "ROC mitigation over label transport")
                    .Accept(atLeast: 0)
                    .Measured(Margin(rows, AuditDatasets.IncomeRace, AuditDatasets.Gbdt, 2000, [Roc], Transport, "order-income-transport")),
                Claim
                    .Order("order-income-linear", "linear relaxation over ROC mitigation")
                    .Accept(atLeast: 0)
                    .Measured(Margin(rows, AuditDatasets.IncomeRace, AuditDatasets.Gbdt, 2000, [Linear], Roc, "order-income-linear"))
            )
            .StatedWithoutNumber(AuditPaper.Budgets)
            .Because("boosted trees, threshold 0.21, budgets from 2000 on")
            .Requires("data:acs-income-2018")
            .From(Scale.Full)
            .On(DataOrigin.Real);

        Claim OnIncome(string id, string strategy, double low, double high) =>
            InBand(id, AuditDatasets.IncomeRace, AuditDatasets.Gbdt, strategy, 1000, low, high, null)
                .Requires("data:acs-income-2018")
                .From(Scale.Full)
                .On(DataOrigin.Real)
                .Because(
                    "another task than the paper's (income instead of employment), threshold 0.21; the band is 40 % around a reference run with scikit-learn's models"
                );

        Claim InBand(
            string id,
            string data,
            string model,
            string strategy,
            int from,
            double? atLeast,
            double? atMost,
            (double Low, double High)? published
        )
        {
            Claim claim = Claim
                .Value(id, $"{AuditDatasets.Title(data, model)}: concealable unfairness of {strategy}, from {from} queries on")
                .Accept(atLeast, atMost)
                .Because(generated)
                .Measured(AuditPaper.OfSeeds(PerSeed(rows, data, model, strategy, from), "concealable", id));
            return published is { } p ? claim.Published(p.Low, p.High, AuditPaper.Budgets) : claim.StatedWithoutNumber(AuditPaper.Budgets);
        }
    }

    /// <summary>For each seed the mean over the budgets; audit sets without a value do not count, and a seed without any is left out.</summary>
    private static double[] PerSeed(IReadOnlyList<Measured<AuditCell, Row>> rows, string data, string model, string strategy, int from) =>
        [.. BySeed(rows, data, model, strategy, from, int.MaxValue).Values];

    private static SortedDictionary<int, double> BySeed(
        IReadOnlyList<Measured<AuditCell, Row>> rows,
        string data,
        string model,
        string strategy,
        int from,
        int to
    ) =>
        new(
            rows.Where(r =>
                    r.Cell.Data == data
                    && r.Cell.Model == model
                    && r.Cell.Budget >= from
                    && r.Cell.Budget <= to
                    && r.Row.Strategy == strategy
                    && r.Row.Concealed is not null
                )
                .GroupBy(r => r.Cell.Seed)
                .ToDictionary(g => g.Key, g => g.Average(r => r.Row.Concealed!.Value))
        );

    /// <summary>The smallest of the strategies minus another one, seed by seed.</summary>
    private static Estimate? Margin(
        IReadOnlyList<Measured<AuditCell, Row>> rows,
        string data,
        string model,
        int from,
        string[] above,
        string below,
        string id
    )
    {
        SortedDictionary<int, double> lower = BySeed(rows, data, model, below, from, int.MaxValue);
        SortedDictionary<int, double>[] upper = [.. above.Select(s => BySeed(rows, data, model, s, from, int.MaxValue))];
        if (lower.Count == 0 || upper.Any(u => u.Count == 0))
        {
            return null;
        }
        SortedDictionary<int, double> least = upper.MinBy(u => u.Values.Average())!;
        return AuditPaper.OfSeeds([.. lower.Where(p => least.ContainsKey(p.Key)).Select(p => least[p.Key] - p.Value)], "concealable", id);
    }

    private static Estimate? RocMost(IReadOnlyList<Measured<AuditCell, Row>> rows)
    {
        string[] others = [Linear, Threshold, Transport];
        string? second = others
            .Where(s => PerSeed(rows, AuditDatasets.Synth, AuditDatasets.Logistic, s, 1000).Length > 0)
            .OrderByDescending(s => PerSeed(rows, AuditDatasets.Synth, AuditDatasets.Logistic, s, 1000).Average())
            .FirstOrDefault();
        return second is null ? null : Margin(rows, AuditDatasets.Synth, AuditDatasets.Logistic, 1000, [Roc], second, "roc-most-logistic");
    }

    private static Estimate? SmallBudgets(IReadOnlyList<Measured<AuditCell, Row>> rows)
    {
        double[][] differences =
        [
            .. new[] { Transport, Linear, Roc, Threshold }
                .Select(s =>
                {
                    SortedDictionary<int, double> few = BySeed(rows, AuditDatasets.Synth, AuditDatasets.Gbdt, s, 100, 100);
                    SortedDictionary<int, double> many = BySeed(rows, AuditDatasets.Synth, AuditDatasets.Gbdt, s, 1000, 1000);
                    return few.Where(p => many.ContainsKey(p.Key)).Select(p => p.Value - many[p.Key]).ToArray();
                })
                .Where(d => d.Length >= 3),
        ];
        return differences.Length == 0 ? null : AuditPaper.OfSeeds(differences.MaxBy(d => d.Average())!, "concealable", "small-budgets");
    }
}
