using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Audit;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Audit;

/// <summary>What becomes of an honest platform when a share of the protected group is missing from its training data.</summary>
[Experiment(
    "audit/training-imbalance",
    Paper = AuditPaper.Id,
    Shows = "Parity and accuracy when protected people are missing from the training data"
)]
public sealed class TrainingImbalance : Experiment<TrainingImbalance.Options, TrainingImbalance.Cell, TrainingImbalance.Row>
{
    private const double Most = 0.8;

    /// <summary>The options.</summary>
    public sealed record Options : AuditExperimentOptions
    {
        /// <summary>The shares removed.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the shares of protected training rows that are removed, each below 1")]
        public IReadOnlyList<double> Removed { get; init; } = [0, 0.4, Most];
    }

    /// <summary>One training.</summary>
    /// <param name="Data">The population.</param>
    /// <param name="Model">The platform's model.</param>
    /// <param name="Removed">q, the share of protected training rows removed.</param>
    /// <param name="Seed">The seed of the rows removed, and of a generated population.</param>
    public sealed record Cell(string Data, string Model, double Removed, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => AuditDatasets.Needs(Data);
    }

    /// <summary>The honest platform on the whole pool.</summary>
    /// <param name="TrainRows">The rows it was trained on.</param>
    /// <param name="Accuracy">The share of right answers.</param>
    /// <param name="Accuracy0">In group 0.</param>
    /// <param name="Accuracy1">In the protected group.</param>
    /// <param name="DemographicParity">Group 0 minus group 1.</param>
    public sealed record Row(int TrainRows, double Accuracy, double Accuracy0, double Accuracy1, double DemographicParity);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Models = [AuditDatasets.Gbdt], Seeds = [.. Enumerable.Range(1, 5)] }
            : new Options
            {
                Data = [AuditDatasets.Synth, AuditDatasets.IncomeRace, AuditDatasets.IncomeSex],
                Models = [AuditDatasets.Gbdt],
                Removed = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, Most],
                Seeds = [.. Enumerable.Range(1, 10)],
            };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from data in options.Data
        from model in options.Models
        from removed in options.Removed
        from seed in options.Seeds
        select new Cell(data, model, removed, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string draw = AuditDatasets.Origin(cell.Data) == DataOrigin.Real ? "-" : cell.Seed.ToString(CultureInfo.InvariantCulture);
        RandomStream streams = RandomStream.Named("audit", "platform", cell.Data, draw);
        AuditPopulation population = await AuditDatasets.LoadAsync(
            cell.Data,
            context.Data,
            streams.Split("people"),
            context.Options.People,
            cancellationToken
        );
        AuditSplit split = AuditSplit
            .Of(
                population,
                AuditDatasets.PoolSize(cell.Data, context.Options.PoolSize),
                streams.Split("data split"),
                streams.Split("train test split")
            )
            .WithImbalance(population, cell.Removed, context.Random("removed"));
        yield return await Task.Run(() => Measure(cell, population, split, streams, cancellationToken), cancellationToken);
    }

    private static Row Measure(
        Cell cell,
        AuditPopulation population,
        AuditSplit split,
        RandomStream streams,
        CancellationToken cancellationToken
    )
    {
        using IScorer scorer = AuditDatasets
            .Model(cell.Model)
            .Train(population, split.Train, streams.Split("model", cell.Model), cancellationToken);
        AuditPopulation pool = population.Subset(split.Pool);
        GroupTable table = GroupTable.Of(
            pool.Labels.Span,
            HonestAnswers.Of(scorer.Score(population, split.Pool)),
            Array.ConvertAll(pool.Group.ToArray(), g => (int)g)
        );
        return new Row(
            split.Train.Length,
            FairnessMetrics.Accuracy.Value(table.Overall),
            table.Value(FairnessMetrics.Accuracy, 0),
            table.Value(FairnessMetrics.Accuracy, 1),
            TwoGroupFairness.SignedDemographicParity(table)
        );
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows) =>
        rows.GroupBy(r => (r.Cell.Data, r.Cell.Model))
            .Select(g => new Figure
            {
                Id = $"imbalance-{g.Key.Data}-{g.Key.Model}",
                Title = $"Protected people missing from the training data, {AuditDatasets.Title(g.Key.Data, g.Key.Model)}",
                Source = "the authors' exploration of training imbalance",
                Caption = "Of the honest answers to the whole pool, mean and interval over seeds.",
                X = new Axis("Share of protected training rows removed"),
                Y = new Axis("Share"),
                Series =
                [
                    Line("accuracy, protected group", g, r => r.Accuracy1),
                    Line("accuracy, others", g, r => r.Accuracy0),
                    Line("demographic parity", g, r => r.DemographicParity),
                ],
                Provenance = new Provenance(AuditDatasets.Origin(g.Key.Data)),
            });

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        const string unknown = "explored by the authors' code; numbers could not be established";
        yield return Claim
            .Difference("protected-accuracy", "Training without most of the protected group costs its members accuracy")
            .StatedWithoutNumber(unknown)
            .Accept(atLeast: 0)
            .Because("accuracy of the protected group with all rows minus that with 80 % of its rows removed, on generated people")
            .Measured(Change(rows, r => r.Accuracy1, "protected-accuracy"));
        yield return Claim
            .Difference("other-accuracy", "The accuracy of the others stays as it is")
            .StatedWithoutNumber(unknown)
            .Accept(-0.005, 0.005)
            .Because("with all rows minus with 80 % of the protected rows removed, on generated people")
            .Measured(Change(rows, r => r.Accuracy0, "other-accuracy"));
    }

    private static Estimate? Change(IReadOnlyList<Measured<Cell, Row>> rows, Func<Row, double> value, string id)
    {
        Dictionary<int, double> all = At(rows, 0, value);
        Dictionary<int, double> few = At(rows, Most, value);
        return AuditPaper.OfSeeds(
            [.. all.Where(p => few.ContainsKey(p.Key)).OrderBy(p => p.Key).Select(p => p.Value - few[p.Key])],
            "training-imbalance",
            id
        );
    }

    private static Dictionary<int, double> At(IReadOnlyList<Measured<Cell, Row>> rows, double removed, Func<Row, double> value) =>
        rows.Where(r => r.Cell.Data == AuditDatasets.Synth && r.Cell.Model == AuditDatasets.Gbdt && r.Cell.Removed == removed)
            .ToDictionary(r => r.Cell.Seed, r => value(r.Row));

    private static Series Line(string name, IEnumerable<Measured<Cell, Row>> rows, Func<Row, double> value) =>
        new(
            name,
            SeriesKind.Line,
            [
                .. rows.GroupBy(r => r.Cell.Removed)
                    .OrderBy(q => q.Key)
                    .Select(q =>
                    {
                        double[] values = [.. q.OrderBy(r => r.Cell.Seed).Select(r => value(r.Row))];
                        Estimate e = AuditPaper.OfSeeds(values, "training-imbalance", "figure", name)!.Value;
                        return new SeriesPoint(q.Key, e.Value, e.Low, e.High);
                    }),
            ]
        );
}
