using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Federated;
using ResearchKit.Metrics;

namespace ResearchKit.Papers.Fens;

/// <summary>
/// The bytes of FENS, one-shot and federated learning at the paper's scale, exactly, from the shapes of ResNet-8 and of the aggregator: nothing is trained. The messages' own sizes
/// stand beside the formulas.
/// </summary>
[Experiment("fens/traffic", Paper = "arXiv:2411.07182", Shows = "Communication of FENS over one-shot learning (Figure 3)")]
public sealed class Traffic : Experiment<Traffic.Options, Traffic.Cell, Traffic.Row>
{
    private const string WhyTwice =
        "the script's values; the published range agrees with the ratio only if one-shot learning counts the download of the final model as well (2 S), which the paper's text could not confirm";

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>Rounds of training the aggregator.</summary>
        [Range(1, 100_000)]
        [Description("rounds of training the aggregator")]
        public int AggregatorRounds { get; init; } = 500;

        /// <summary>Clients.</summary>
        [Range(1, 10_000)]
        [Description("clients")]
        public int Clients { get; init; } = 20;

        /// <summary>Rounds of federated learning that are shown.</summary>
        [MinLength(1)]
        [Description("rounds of federated learning that are shown")]
        public IReadOnlyList<int> FederatedRounds { get; init; } = [1, 10, 50, 100];
    }

    /// <summary>One model and aggregator.</summary>
    /// <param name="Classes">K: 10 as CIFAR-10 and SVHN, 100 as CIFAR-100.</param>
    /// <param name="Aggregator">The aggregator.</param>
    /// <param name="Seed">Decides nothing; every experiment has seeds.</param>
    public sealed record Cell(int Classes, string Aggregator, int Seed);

    /// <summary>Bytes of a client.</summary>
    /// <param name="Rounds">Rounds of federated learning.</param>
    /// <param name="ModelBytes">S.</param>
    /// <param name="AggregatorBytes">A.</param>
    /// <param name="FensUpBytes">FENS, up.</param>
    /// <param name="FensDownBytes">FENS, down.</param>
    /// <param name="FensMessageBytes">FENS, as the messages are written: with headers, scales and 32-bit vectors.</param>
    /// <param name="OneShotUpBytes">One-shot learning, up only: S.</param>
    /// <param name="OneShotBothBytes">One-shot learning with the download of the final model: 2 S.</param>
    /// <param name="FederatedBytes">Federated learning after these rounds: 2 S rounds.</param>
    public sealed record Row(
        int Rounds,
        long ModelBytes,
        long AggregatorBytes,
        long FensUpBytes,
        long FensDownBytes,
        long FensMessageBytes,
        long OneShotUpBytes,
        long OneShotBothBytes,
        long FederatedBytes
    );

    /// <inheritdoc/>
    public override Options For(Scale scale) => new() { Seeds = [1] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from classes in new[] { 10, 100 }
        from aggregator in new[] { "linear", "per-class-weights", "mlp" }
        from seed in options.Seeds
        select new Cell(classes, aggregator, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        Options options = context.Options;
        Numerics.ParameterLayout model = ResNet8.LayoutOf(cell.Classes);
        IClientModel aggregator = ((ITrainableAggregator)Aggregators.Named(cell.Aggregator)).CreateModel(options.Clients, cell.Classes, []);
        FensTraffic traffic = new(
            sizeof(float) * (long)model.Length,
            model.Length,
            sizeof(float) * (long)aggregator.Layout.Length,
            options.Clients,
            options.AggregatorRounds
        );
        long messages =
            ModelMessage.SizeOf(model.Length)
            + options.Clients * Int8Model.SizeOf(model)
            + 2 * options.AggregatorRounds * ModelMessage.SizeOf(aggregator.Layout.Length);
        foreach (int rounds in options.FederatedRounds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new Row(
                rounds,
                traffic.ModelBytes,
                traffic.AggregatorBytes,
                traffic.FensUp,
                traffic.FensDown,
                messages,
                traffic.ModelBytes,
                traffic.OneShot,
                traffic.Federated(rounds)
            );
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        (string Name, Measured<Cell, Row>[] Rows)[] groups =
        [
            .. rows.GroupBy(row => $"{row.Cell.Aggregator}, {row.Cell.Classes} classes").Select(group => (group.Key, group.ToArray())),
        ];
        yield return new Figure
        {
            Id = "traffic-ratio",
            Title = "Bytes of FENS over one-shot learning, ResNet-8",
            Caption =
                "FENS: S + M S8 + 2 R A. One-shot learning: 2 S with the download of the final model, S without. Up and down together, by formula.",
            X = new Axis("Aggregator") { Categories = [.. groups.Select(group => group.Name)] },
            Y = new Axis("FENS / one-shot") { Minimum = 0 },
            Series =
            [
                new Series(
                    "over 2 S",
                    SeriesKind.Bar,
                    [
                        .. groups
                            .Index()
                            .Select(g => new SeriesPoint(g.Index, Total(g.Item.Rows[0].Row) / g.Item.Rows[0].Row.OneShotBothBytes)),
                    ]
                ),
                new Series(
                    "over S",
                    SeriesKind.Bar,
                    [.. groups.Index().Select(g => new SeriesPoint(g.Index, Total(g.Item.Rows[0].Row) / g.Item.Rows[0].Row.OneShotUpBytes))]
                ),
            ],
            Width = FigureWidth.Wide,
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        Row? mlp = rows.Where(row => row.Cell is { Classes: 10, Aggregator: "mlp" }).Select(row => row.Row).FirstOrDefault();
        yield return Claim
            .Ratio("over-one-shot", "CIFAR-10's model: bytes of FENS over those of one-shot learning with the download of the final model")
            .Published(3.7, 4.3, "abstract and Figure 3")
            .Accept(3.7, 4.3)
            .Because(WhyTwice)
            .WithSeedsAtLeast(1)
            .Measured(mlp is null ? null : Exactly(Total(mlp) / mlp.OneShotBothBytes));
        yield return Claim
            .Exact("model-bytes", "CIFAR-10's model: S minus 4 x 4,911,754 bytes")
            .StatedWithoutNumber("section 3; counted on the published code")
            .Measured(mlp is null ? null : Exactly(mlp.ModelBytes - 19_647_016));
        yield return Claim
            .Exact("aggregator-bytes", "Network with d = 2: A minus 33,800 bytes")
            .StatedWithoutNumber("section 3; counted on the published code")
            .Measured(mlp is null ? null : Exactly(mlp.AggregatorBytes - 33_800));
    }

    private static double Total(Row row) => row.FensUpBytes + row.FensDownBytes;

    private static Estimate Exactly(double value) => new(value, value, value, 0, 1, IntervalMethod.Deterministic);
}
