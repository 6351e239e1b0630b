using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Federated;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Fens;

/// <summary>
/// How the learning rates of <see cref="LabelSkew"/> were found: one seed that no result uses, one grid for every method, validation rows, 10 rounds where there are rounds.
/// Test rows are not looked at.
/// </summary>
[Experiment(
    "fens/label-skew-tuning",
    Paper = "arXiv:2411.07182",
    Shows = "Validation accuracy by learning rate at the tuning seed of label skew"
)]
public sealed class LabelSkewTuning : Experiment<LabelSkewTuning.Options, LabelSkewTuning.Cell, LabelSkewTuning.Row>
{
    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The data.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the data: generated, fl-optdigits")]
        public IReadOnlyList<string> Data { get; init; } = [SkewedClients.Generated];

        /// <summary>The Dirichlet parameters.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the Dirichlet parameters of the label skew; rates are chosen by the mean over them")]
        public IReadOnlyList<double> Alphas { get; init; } = [0.05, 0.1];
    }

    /// <summary>One method at one rate.</summary>
    /// <param name="Data">The data.</param>
    /// <param name="Alpha">The Dirichlet parameter.</param>
    /// <param name="Method">local, fedavg or fedadam.</param>
    /// <param name="Rate">The learning rate of the clients.</param>
    /// <param name="Seed">The tuning seed.</param>
    public sealed record Cell(string Data, double Alpha, string Method, double Rate, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => SkewedClients.Needs(Data);
    }

    /// <summary>What the choice rests on.</summary>
    /// <param name="ValidationAccuracy">On validation rows; of own models, the share of right answers of the average of logits.</param>
    /// <param name="Diverged">Whether a client's model was no longer finite at this rate; its accuracy counts as 0.</param>
    public sealed record Row(double ValidationAccuracy, bool Diverged);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Alphas = [0.1], Seeds = [90] }
            : new Options { Data = [SkewedClients.Generated, SkewedClients.Digits], Seeds = [90] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from data in options.Data
        from alpha in options.Alphas
        from method in new[] { "local", "fedavg", "fedadam" }
        from rate in SkewRates.Grid
        from seed in options.Seeds
        select new Cell(data, alpha, method, rate, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        SkewedClients data = await SkewedClients.GetAsync(cell.Data, cell.Alpha, 20, context, cancellationToken);
        yield return await Task.Run(() => MeasureOrDiverge(cell, data, context, cancellationToken), cancellationToken);
    }

    // The grid goes up until models diverge: that is a result, not a failure.
    private static Row MeasureOrDiverge(Cell cell, SkewedClients data, CellContext<Options> context, CancellationToken cancellationToken)
    {
        try
        {
            return new Row(Measure(cell, data, context, cancellationToken), Diverged: false);
        }
        catch (ResearchKitException exception) when (exception.Code == FederatedErrors.LogitsNotFinite)
        {
            return new Row(0, Diverged: true);
        }
    }

    private static double Measure(Cell cell, SkewedClients data, CellContext<Options> context, CancellationToken cancellationToken)
    {
        // Validation rows take the place of the test rows: the study knows no others.
        FederatedStudy study = new(LabelSkew.Model(data), data.Clients, data.Validation, purpose => context.Random(purpose));
        if (cell.Method == "local")
        {
            FensOptions fens = new() { Local = LabelSkew.Local(cell.Rate, 20) };
            (IReadOnlyList<ClientSplit> splits, IReadOnlyList<ParameterVector> models) = study.Locals(fens, cancellationToken);
            return study.Stack(fens, splits, models, cancellationToken).Fixed(new AverageAggregator()).Accuracy;
        }
        IFederatedOptimizer optimizer = cell.Method == "fedavg" ? new FedAvg() : new FedAdam { ServerRate = 0.01 };
        return study.Federated(cell.Method, LabelSkew.Rounds(optimizer, cell.Rate, 2), [10], 1, cancellationToken).Single().Accuracy;
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (var group in rows.GroupBy(row => row.Cell.Data))
        {
            yield return new Figure
            {
                Id = $"validation-{group.Key}",
                Title = "Validation accuracy by learning rate",
                Caption = "One seed that no result uses; the mean over the Dirichlet parameters.",
                X = new Axis("Learning rate") { Scale = AxisScale.Log },
                Y = new Axis("Validation accuracy") { Minimum = 0 },
                Series =
                [
                    .. group
                        .GroupBy(row => row.Cell.Method)
                        .Select(method => new Series(
                            method.Key,
                            SeriesKind.Line,
                            [
                                .. method
                                    .GroupBy(row => row.Cell.Rate)
                                    .OrderBy(rate => rate.Key)
                                    .Select(rate => new SeriesPoint(rate.Key, rate.Average(row => row.Row.ValidationAccuracy))),
                            ]
                        )),
                ],
                Provenance = new Provenance(SkewedClients.Origin(group.Key)),
            };
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (string data in new[] { SkewedClients.Generated, SkewedClients.Digits })
        {
            SkewRates rates = SkewRates.Of(data);
            foreach ((string method, double rate) in new[] { ("local", rates.Local), ("fedavg", rates.FedAvg), ("fedadam", rates.FedAdam) })
            {
                yield return Claim
                    .Exact(
                        $"rate-{data}-{method}",
                        $"{data}: the rate that {method} uses in fens/label-skew, over the best one on validation rows, minus 1"
                    )
                    .StatedWithoutNumber("no tuning is described in what could be read of the paper")
                    .Because("all methods get the same grid and the same validation rows")
                    .From(Scale.Full)
                    .Requires([.. SkewedClients.Needs(data)])
                    .On(SkewedClients.Origin(data))
                    .Measured(
                        Best(rows, data, method) is { } best
                            ? new Estimate(rate / best - 1, rate / best - 1, rate / best - 1, 0, 1, IntervalMethod.Deterministic)
                            : null
                    );
            }
        }
    }

    private static double? Best(IReadOnlyList<Measured<Cell, Row>> rows, string data, string method) =>
        rows.Where(row => row.Cell.Data == data && row.Cell.Method == method)
            .GroupBy(row => row.Cell.Rate)
            .OrderByDescending(rate => rate.Average(row => row.Row.ValidationAccuracy))
            .ThenBy(rate => rate.Key)
            .Select(rate => (double?)rate.Key)
            .FirstOrDefault();
}
