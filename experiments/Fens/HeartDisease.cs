using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Federated;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.Fens;

/// <summary>
/// Four hospitals with a linear model: FENS beside each hospital's own model, fixed rules, one-shot averaging, federated learning in rounds and pooled training.
/// Settings of local and federated training are those of FLamby's benchmark; all 8 configurations of FENS that were run are reported.
/// </summary>
[Experiment(
    "fens/heart-disease",
    Paper = "arXiv:2411.07182",
    Shows = "FENS beside iterative and one-shot learning on FLamby's heart disease (Figure 6)"
)]
public sealed class HeartDisease : Experiment<HeartDisease.Options, HeartDisease.Cell, MethodRow>
{
    private const string Record = "fens-linear-proxy-0.001";

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The data.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the data: generated, fl-heart-disease")]
        public IReadOnlyList<string> Data { get; init; } = [HeartClients.Generated];

        /// <summary>Rounds of training the aggregator.</summary>
        [Range(1, 100_000)]
        [Description("rounds of training the aggregator")]
        public int AggregatorRounds { get; init; } = 500;

        /// <summary>Epochs of each hospital's own training.</summary>
        [Range(1, 10_000)]
        [Description("epochs of each hospital's own training")]
        public int LocalEpochs { get; init; } = 50;
    }

    /// <summary>All methods on one seed.</summary>
    /// <param name="Data">The data.</param>
    /// <param name="Seed">The seed of splits, first parameters and batches; of the data too, where they are generated.</param>
    [Duration("00:00:02")]
    public sealed record Cell(string Data, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => Data == HeartClients.Real ? [$"data:{HeartClients.Real}"] : [];
    }

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        new()
        {
            Seeds = [.. Enumerable.Range(42, 10)],
            Data = scale == Scale.Quick ? [HeartClients.Generated] : [HeartClients.Generated, HeartClients.Real],
        };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from data in options.Data
        from seed in options.Seeds
        select new Cell(data, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<MethodRow> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        HeartClients data = await HeartClients.GetAsync(cell.Data, context, cancellationToken);
        foreach (MethodRow row in await Task.Run(() => Measure(data, context, cancellationToken).ToList(), cancellationToken))
        {
            yield return row;
        }
    }

    private static IEnumerable<MethodRow> Measure(HeartClients data, CellContext<Options> context, CancellationToken cancellationToken)
    {
        LocalTraining alone = new()
        {
            Optimizer = new() { Kind = OptimizerKind.Adam },
            Schedule = LearningRateSchedule.Constant(0.001),
            BatchSize = 4,
            Epochs = context.Options.LocalEpochs,
        };
        FederatedStudy study = new(
            new FlatClientModel(new DenseModel(data.Test.FeatureLength, 1)),
            data.Training,
            data.Test,
            purpose => context.Random(purpose)
        );
        // A model has 56 bytes here, and the paper's code quantises only the image models.
        FensOptions fens = new()
        {
            PerClassProxy = true,
            Local = alone,
            Quantization = Quantization.None,
        };
        (IReadOnlyList<ClientSplit> splits, IReadOnlyList<ParameterVector> models) = study.Locals(fens, cancellationToken);
        StackedLogits proxy = study.Stack(fens, splits, models, cancellationToken);
        StackedLogits all = study.Stack(fens with { IncludeTrainingRows = true }, splits, models, cancellationToken);
        foreach ((int client, double accuracy) in proxy.LocalAccuracies().Index())
        {
            yield return new($"local-{client}", accuracy, accuracy, 0, 0, 0, 1);
        }
        foreach (
            IFixedAggregator rule in (IFixedAggregator[])[new AverageAggregator(), new WeightedAverageAggregator(), new VotingAggregator()]
        )
        {
            yield return proxy.Fixed(rule);
        }
        foreach ((string rows, StackedLogits logits) in ((string, StackedLogits)[])[("proxy", proxy), ("all", all)])
        {
            foreach (IAggregator aggregator in (IAggregator[])[new LinearAggregator(), new MlpAggregator(4)])
            {
                foreach (double rate in (double[])[0.001, 0.01])
                {
                    AggregatorTraining training = new()
                    {
                        Rounds = context.Options.AggregatorRounds,
                        BatchSize = 16,
                        Optimizer = new FedAdam { ServerRate = rate },
                    };
                    yield return logits.Learned(
                        FormattableString.Invariant($"fens-{aggregator.Name}-{rows}-{rate}"),
                        aggregator,
                        training,
                        cancellationToken
                    );
                }
            }
        }
        foreach ((IFederatedOptimizer optimizer, double rate, int last) in Iterative())
        {
            foreach (
                MethodRow row in study.Federated(
                    optimizer.Name,
                    Rounds(optimizer, rate, 100),
                    last == 15 ? [15] : [15, last],
                    1,
                    cancellationToken
                )
            )
            {
                yield return row;
            }
        }
        foreach (int steps in (int[])[100, 1000, 1500])
        {
            yield return study.OneShot($"fedavg-os-{steps}", Rounds(new FedAvg(), 0.001, steps), 1, cancellationToken);
        }
        yield return study.OneShot("fedprox-os-1500", Rounds(new FedProx(), 0.001, 1500), 1, cancellationToken);
        yield return study.Pooled(data.PooledTraining, alone, 1, cancellationToken);
    }

    // Rates and constants of FLamby's published results; its SCAFFOLD keeps c as the weighted mean of the clients' corrections.
    private static IEnumerable<(IFederatedOptimizer Optimizer, double Rate, int Rounds)> Iterative() =>
        [
            (new FedAvg(), 0.001, 150),
            (new FedProx(), 0.001, 15),
            (
                new FedAdam
                {
                    ServerRate = 0.01,
                    Beta2 = 0.999,
                    Epsilon = 1e-8,
                },
                0.01,
                150
            ),
            (
                new FedYogi
                {
                    ServerRate = 0.01,
                    Beta2 = 0.999,
                    Epsilon = 1e-8,
                },
                0.003162,
                150
            ),
            (new Scaffold { WeightedControl = true }, 0.001, 150),
        ];

    private static FederatedOptions Rounds(IFederatedOptimizer optimizer, double rate, int steps) =>
        new()
        {
            Optimizer = optimizer,
            Weighting = ClientWeighting.Samples,
            Local = new LocalTraining
            {
                Schedule = LearningRateSchedule.Constant(rate),
                BatchSize = 4,
                Steps = steps,
                ContinuesBatches = true,
            },
        };

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, MethodRow>> rows) => HeartFigures.Draw(rows);

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, MethodRow>> rows) => HeartClaims.Judge(rows, Record);
}
