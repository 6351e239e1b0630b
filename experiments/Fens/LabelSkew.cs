using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Federated;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Fens;

/// <summary>
/// Twenty clients under label skew, with a network of 64-32-10: FENS beside fixed rules, one-shot averaging and federated learning in rounds. Learning rates were tuned at a seed of
/// its own, on validation rows, each method over the same grid (<see cref="LabelSkewTuning"/>); the settings of FENS are the script's, not tuned.
/// </summary>
[Experiment(
    "fens/label-skew",
    Paper = "arXiv:2411.07182",
    Shows = "Accuracy of FENS, one-shot and iterative learning under label skew (Figure 2)"
)]
public sealed class LabelSkew : Experiment<LabelSkew.Options, LabelSkew.Cell, MethodRow>
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
        [Description("the Dirichlet parameters of the label skew")]
        public IReadOnlyList<double> Alphas { get; init; } = [0.05, 0.1];

        /// <summary>The clients.</summary>
        [Range(2, 1000)]
        [Description("the clients")]
        public int Clients { get; init; } = 20;

        /// <summary>Rounds of training the aggregator.</summary>
        [Range(1, 100_000)]
        [Description("rounds of training the aggregator")]
        public int AggregatorRounds { get; init; } = 500;

        /// <summary>Rounds of federated learning.</summary>
        [Range(10, 100_000)]
        [Description("rounds of federated learning, of two epochs each")]
        public int Rounds { get; init; } = 30;

        /// <summary>Epochs of each client's own training.</summary>
        [Range(1, 10_000)]
        [Description("epochs of each client's own training")]
        public int LocalEpochs { get; init; } = 20;
    }

    /// <summary>All methods on one split.</summary>
    /// <param name="Data">The data.</param>
    /// <param name="Alpha">The Dirichlet parameter.</param>
    /// <param name="Seed">The seed of splits, first parameters and batches.</param>
    [Duration("00:00:05")]
    public sealed record Cell(string Data, double Alpha, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => SkewedClients.Needs(Data);
    }

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Alphas = [0.1], Seeds = [91, 92, 93] }
            : new Options { Data = [SkewedClients.Generated, SkewedClients.Digits], Seeds = [.. Enumerable.Range(91, 5)] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from data in options.Data
        from alpha in options.Alphas
        from seed in options.Seeds
        select new Cell(data, alpha, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<MethodRow> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        SkewedClients data = await SkewedClients.GetAsync(cell.Data, cell.Alpha, context.Options.Clients, context, cancellationToken);
        foreach (MethodRow row in await Task.Run(() => Measure(cell, data, context, cancellationToken).ToList(), cancellationToken))
        {
            yield return row;
        }
    }

    private static IEnumerable<MethodRow> Measure(
        Cell cell,
        SkewedClients data,
        CellContext<Options> context,
        CancellationToken cancellationToken
    )
    {
        Options options = context.Options;
        SkewRates rates = SkewRates.Of(cell.Data);
        FederatedStudy study = new(Model(data), data.Clients, data.Test, purpose => context.Random(purpose, Text(cell.Alpha)));
        FensOptions fens = new() { Local = Local(rates.Local, options.LocalEpochs) };
        (IReadOnlyList<ClientSplit> splits, IReadOnlyList<ParameterVector> models) = study.Locals(fens, cancellationToken);
        StackedLogits stack = study.Stack(fens, splits, models, cancellationToken);
        IReadOnlyList<double> alone = stack.LocalAccuracies();
        yield return new("local-mean", alone.Average(), alone.Average(), 0, 0, 0, SkewRates.Grid.Count);
        yield return new("local-best-oracle", alone.Max(), alone.Max(), 0, 0, 0, SkewRates.Grid.Count);
        foreach (IFixedAggregator rule in Aggregators.All.OfType<IFixedAggregator>())
        {
            yield return stack.Fixed(rule) with
            {
                Configurations = SkewRates.Grid.Count,
            };
        }
        AggregatorTraining training = new() { Rounds = options.AggregatorRounds };
        foreach (IAggregator aggregator in (IAggregator[])[new LinearAggregator(), new PerClassWeightsAggregator(), new MlpAggregator()])
        {
            yield return stack.Learned($"fens-{aggregator.Name}", aggregator, training, cancellationToken) with
            {
                Configurations = SkewRates.Grid.Count,
            };
        }
        int[] marks = [.. new[] { 5, 10, options.Rounds }.Distinct().Order()];
        (IFederatedOptimizer Optimizer, double Rate)[] iterative =
        [
            (new FedAvg(), rates.FedAvg),
            (new FedProx(), rates.FedAvg),
            (new FedAdam { ServerRate = 0.01 }, rates.FedAdam),
        ];
        foreach ((IFederatedOptimizer optimizer, double rate) in iterative)
        {
            int tried = optimizer is FedProx ? 1 : SkewRates.Grid.Count;
            foreach (MethodRow row in study.Federated(optimizer.Name, Rounds(optimizer, rate, 2), marks, tried, cancellationToken))
            {
                yield return row;
            }
        }
        yield return study.OneShot(
            "fedavg-os",
            Rounds(new FedAvg(), rates.Local, options.LocalEpochs),
            SkewRates.Grid.Count,
            cancellationToken
        );
        yield return study.Pooled(data.Pooled, Local(rates.Local, options.LocalEpochs), 1, cancellationToken);
    }

    /// <summary>The clients' network.</summary>
    internal static FlatClientModel Model(SkewedClients data) => new(new DenseModel(data.Test.FeatureLength, 32, data.Test.ClassCount));

    /// <summary>A client's own training.</summary>
    internal static LocalTraining Local(double rate, int epochs) =>
        new() { Schedule = LearningRateSchedule.Constant(rate), Epochs = epochs };

    /// <summary>A round of federated learning.</summary>
    internal static FederatedOptions Rounds(IFederatedOptimizer optimizer, double rate, int epochs) =>
        new() { Optimizer = optimizer, Local = Local(rate, epochs) };

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, MethodRow>> rows) => SkewFigures.Draw(rows);

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, MethodRow>> rows) => SkewClaims.Judge(rows);

    private static string Text(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
