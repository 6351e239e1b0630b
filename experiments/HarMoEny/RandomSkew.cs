using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Moe;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.HarMoEny;

/// <summary>A router whose skew changes from iteration to iteration: HarMoEny's throughput stays level, that of fixed placements follows the skew.</summary>
[Experiment("harmoeny/random-skew", Paper = "arXiv:2506.12417", Shows = "Throughput over time under random skew")]
public sealed class RandomSkew : Experiment<RandomSkew.Options, RandomSkew.Cell, RandomSkew.Row>
{
    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>Iterations.</summary>
        [Range(2, 10_000)]
        [Description("iterations, each with a skew of its own")]
        public int Iterations { get; init; } = 30;

        /// <summary>The skews, if they are given.</summary>
        [Description("the skews themselves, for example @file with the authors' sequence; empty: drawn uniformly in [0, 1)")]
        public IReadOnlyList<double> Skews { get; init; } = [];

        /// <summary>The batch of a rank.</summary>
        [Range(1, 1024)]
        [Description("sequences of 1,024 tokens in a rank's batch, the same for all systems")]
        public int Batch { get; init; } = 32;

        /// <summary>q.</summary>
        [Range(1, 1_000_000)]
        [Description("q: HarMoEny moves no fewer tokens to a rank")]
        public int MinimumTokens { get; init; } = 1512;
    }

    /// <summary>A system.</summary>
    /// <param name="System">harmoeny, fixed, fastermoe, even-split or drop.</param>
    /// <param name="Seed">The seed of the skews.</param>
    public sealed record Cell(string System, int Seed);

    /// <summary>An iteration.</summary>
    /// <param name="Iteration">Its number.</param>
    /// <param name="Skew">The router's skew (R3 Gini).</param>
    /// <param name="SequencesPerSecond">Throughput over all ranks.</param>
    public sealed record Row(int Iteration, double Skew, double SequencesPerSecond);

    /// <inheritdoc/>
    public override Options For(Scale scale) => scale == Scale.Quick ? new() : new() { Iterations = 180 };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from system in new[] { "harmoeny", "fixed", "fastermoe", "even-split", "drop" }
        from seed in options.Seeds
        select new Cell(system, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        HarmoenyModel model = HarmoenyModel.Switch;
        ITokenScheduler scheduler = cell.System switch
        {
            "harmoeny" => new HarmoenyScheduler(new() { MinimumTokens = context.Options.MinimumTokens }),
            "fastermoe" => new ShadowingScheduler(),
            _ => TokenSchedulers.Known[cell.System],
        };
        ClusterSimulator simulator = new(model.Cluster(), model.Model, new(cell.System, scheduler));
        RandomStream stream = context.Random("skews");
        IReadOnlyList<double> skews =
            context.Options.Skews.Count > 0
                ? context.Options.Skews
                : [.. Enumerable.Range(0, context.Options.Iterations).Select(_ => stream.NextDouble())];
        for (int iteration = 0; iteration < skews.Count; iteration++)
        {
            IterationTiming timing = simulator.Iterate(
                HarmoenyWorkload.Layers(model, new GiniSkew(skews[iteration]), context.Options.Batch, stream),
                context.Options.Batch,
                cancellationToken
            );
            yield return new(iteration, skews[iteration], model.Ranks * context.Options.Batch / timing.Seconds);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        int? first = rows.Count == 0 ? null : rows.Min(r => r.Cell.Seed);
        yield return new Figure
        {
            Id = "timeline",
            Title = "Throughput under random skew, Switch",
            Caption = $"R3 Gini, skew uniform in [0, 1), one batch for all systems. {HarmoenyClaims.Errors(HarmoenyModel.Switch)}.",
            X = new Axis("iteration"),
            Y = new Axis("throughput", "sequences/s") { Minimum = 0 },
            Series =
            [
                .. rows.Where(r => r.Cell.Seed == first)
                    .GroupBy(r => r.Cell.System)
                    .Select(system => new Series(
                        system.Key,
                        SeriesKind.Line,
                        [.. system.OrderBy(r => r.Row.Iteration).Select(r => new SeriesPoint(r.Row.Iteration, r.Row.SequencesPerSecond))]
                    )),
            ],
            Width = FigureWidth.Wide,
            Provenance = new Provenance(DataOrigin.Generated, HardwareOrigin.Simulated),
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        double[] harmoeny = Variation("harmoeny");
        double[] fixedPlacement = Variation("fixed");
        yield return Claim
            .Ratio(
                "steadier-than-fixed",
                "Coefficient of variation of throughput over iterations: HarMoEny over fixed placement (Switch, R3 Gini skew uniform in [0, 1), equal batch, simulated)"
            )
            .StatedWithoutNumber("throughput stays steady under random skew")
            .Accept(atMost: 0.999)
            .Because($"below 1: steadier; {HarmoenyClaims.Errors(HarmoenyModel.Switch)}")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(Paired(harmoeny, fixedPlacement, "cv"));
        yield return Claim
            .Ratio(
                "mean-over-fixed",
                "Mean throughput over iterations: HarMoEny over fixed placement (Switch, R3 Gini skew uniform in [0, 1), equal batch, simulated)"
            )
            .StatedWithoutNumber("the authors' timeline at their own batches: 1.245 over the next best system")
            .Accept(atLeast: 1)
            .Because("at an equal batch no band is known; not slower is asked")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(Paired(Mean("harmoeny"), Mean("fixed"), "mean"));

        double[] Variation(string system) => [.. PerSeed(system).Select(values => LoadBalance.Of(values).CoefficientOfVariation)];
        double[] Mean(string system) => [.. PerSeed(system).Select(values => values.Average())];
        IEnumerable<double[]> PerSeed(string system) =>
            rows.Where(r => r.Cell.System == system)
                .GroupBy(r => r.Cell.Seed)
                .OrderBy(g => g.Key)
                .Select(g => g.Select(r => r.Row.SequencesPerSecond).ToArray());
        static Estimate? Paired(double[] a, double[] b, string id) =>
            a.Length == 0 || a.Length != b.Length
                ? null
                : Intervals.PairedRatio(a, b, RandomStream.Named("harmoeny/random-skew", id, "bootstrap"));
    }
}
