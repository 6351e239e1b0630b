using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Moe;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.HarMoEny;

/// <summary>The threshold q: too small, and ranks fetch experts for a handful of tokens; too large, and loads stay uneven.</summary>
[Experiment("harmoeny/q-sweep", Paper = "arXiv:2506.12417", Shows = "Duration against the threshold q")]
public sealed class QSweep : Experiment<QSweep.Options, QSweep.Cell, QSweep.Row>
{
    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The thresholds.</summary>
        [PlanOnly]
        [MinLength(3)]
        [Description("the thresholds q")]
        public IReadOnlyList<int> Thresholds { get; init; } = [.. Enumerable.Range(0, 15).Select(i => 1 << i)];

        /// <summary>The batch of a rank.</summary>
        [Range(1, 1024)]
        [Description("sequences of 1,024 tokens in a rank's batch")]
        public int Batch { get; init; } = 16;

        /// <summary>Iterations.</summary>
        [Range(1, 1000)]
        [Description("iterations summed into one duration")]
        public int Iterations { get; init; } = 2;
    }

    /// <summary>A threshold.</summary>
    /// <param name="Threshold">q.</param>
    /// <param name="Seed">The seed of the routing.</param>
    public sealed record Cell(int Threshold, int Seed);

    /// <summary>What it costs.</summary>
    /// <param name="DurationSeconds">All iterations.</param>
    /// <param name="Fetches">Experts fetched, restores included.</param>
    /// <param name="MaxOverMean">The largest load over the mean, layers that see whole sequences.</param>
    public sealed record Row(double DurationSeconds, long Fetches, double MaxOverMean);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick ? new() { Seeds = [1, 2, 3, 4, 5] } : new() { Iterations = 30, Seeds = [1, 2, 3, 4, 5, 6, 7, 8] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        options.Thresholds.SelectMany(threshold => options.Seeds.Select(seed => new Cell(threshold, seed)));

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return await Task.Run(() => Measure(cell, context, cancellationToken), cancellationToken);
    }

    private static Row Measure(Cell cell, CellContext<Options> context, CancellationToken cancellationToken)
    {
        HarmoenyModel model = HarmoenyModel.Switch;
        RoutingTrace trace = new(
            context.Random("routing"),
            new()
            {
                Layers = 12,
                Experts = 128,
                Batches = context.Options.Iterations,
            }
        );
        SimulatedSystem system = new("harmoeny", new HarmoenyScheduler(new() { MinimumTokens = cell.Threshold }));
        ClusterSimulator simulator = new(model.Cluster(), model.Model, system);
        double seconds = 0;
        long fetches = 0;
        double balance = 0;
        for (int iteration = 0; iteration < context.Options.Iterations; iteration++)
        {
            IterationTiming timing = simulator.Iterate(
                GeneratedRouting.Layers(trace, iteration, model, context.Options.Batch),
                context.Options.Batch,
                cancellationToken
            );
            seconds += timing.Seconds;
            fetches += timing.Sum.Fetches;
            balance += timing.MaxOverMean.Take(model.Model.FullLayers).Average() / context.Options.Iterations;
        }

        return new(seconds, fetches, balance);
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return new Figure
        {
            Id = "duration-over-q",
            Title = "Duration against q, Switch",
            Caption =
                $"Routing generated like the one measured in Switch (log-normal popularity), 8 ranks, 128 experts, top-1. {HarmoenyClaims.Errors(HarmoenyModel.Switch)}.",
            X = new Axis("q", "tokens") { Scale = AxisScale.Log },
            Y = new Axis("duration", "s"),
            Series =
                rows.Count == 0
                    ? []
                    :
                    [
                        new(
                            "harmoeny",
                            SeriesKind.Line,
                            [
                                .. rows.GroupBy(r => r.Cell.Threshold)
                                    .OrderBy(g => g.Key)
                                    .Select(g => HarmoenyClaims.Point(g.Key, [.. g.Select(r => r.Row.DurationSeconds)])),
                            ]
                        ),
                    ],
            Provenance = new Provenance(DataOrigin.Generated, HardwareOrigin.Simulated),
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        IGrouping<int, Measured<Cell, Row>>[] seeds = [.. rows.GroupBy(r => r.Cell.Seed).OrderBy(g => g.Key)];
        yield return Between(
            "smallest-costs-more",
            "q = 1",
            seeds,
            static q => q.Min(),
            "the authors' sweep: 116.0 s at q = 1 against 53.3 s at 4096"
        );
        yield return Between(
            "largest-costs-more",
            "q = 16,384",
            seeds,
            static q => q.Max(),
            "the authors' sweep: 65.2 s at q = 16,384 against 53.3 s at 4096"
        );
        double[] best = [.. seeds.Select(s => Math.Log2(s.MinBy(r => r.Row.DurationSeconds)!.Cell.Threshold))];
        yield return Claim
            .Value("best-is-inside", "The binary logarithm of the q of the shortest duration (Switch, G = 8, E = 128, k = 1, simulated)")
            .Published(12, "the authors' sweep: q = 4096 (noisy: 1,024 comes second)")
            .Accept(1, 13)
            .Because(
                $"strictly inside the range swept, 1 to 16,384; the best q depends on batch, machine and routing, none of which the sweep's files state; {HarmoenyClaims.Errors(HarmoenyModel.Switch)}"
            )
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(best.Length == 0 ? null : Intervals.OfSeeds(best, RandomStream.Named("harmoeny/q-sweep", "best", "bootstrap")));
    }

    private static Claim Between(
        string id,
        string text,
        IGrouping<int, Measured<Cell, Row>>[] seeds,
        Func<IEnumerable<int>, int> end,
        string place
    )
    {
        double[] atEnd = [.. seeds.Select(s => s.First(r => r.Cell.Threshold == end(s.Select(x => x.Cell.Threshold))).Row.DurationSeconds)];
        double[] best = [.. seeds.Select(s => s.Min(r => r.Row.DurationSeconds))];
        return Claim
            .Ratio(id, $"{text}: duration over that at the best q (Switch, G = 8, E = 128, k = 1, simulated)")
            .StatedWithoutNumber(place)
            .Accept(atLeast: 1.001)
            .Because("the curve is not monotone: both ends of the sweep are worse than some q between")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(
                seeds.Length == 0 ? null : Intervals.PairedRatio(atEnd, best, RandomStream.Named("harmoeny/q-sweep", id, "bootstrap"))
            );
    }
}
