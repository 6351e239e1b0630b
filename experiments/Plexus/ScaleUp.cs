using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Federated.Decentralized;

namespace ResearchKit.Papers.Plexus;

/// <summary>The protocol alone among very many nodes: time and memory of this machine. Views share what is equal, and a sample order is computed once for all.</summary>
[Experiment("plexus/scale", Paper = "arXiv:2302.13837", Shows = "Time and memory of simulating many nodes")]
public sealed class ScaleUp : Experiment<ScaleUp.Options, ScaleUp.Cell, ScaleUp.Row>
{
    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>Populations.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("numbers of nodes")]
        public IReadOnlyList<int> Nodes { get; init; } = [1000, 10_000, 100_000, 1_000_000];

        /// <summary>Rounds.</summary>
        [Range(1, 1_000_000)]
        [Description("rounds")]
        public int Rounds { get; init; } = 1000;
    }

    /// <summary>A run.</summary>
    /// <param name="Nodes">Nodes.</param>
    /// <param name="Seed">The seed.</param>
    [Timing(WarmUp = 0, Repeats = 1)]
    [Memory("4 GiB")]
    public sealed record Cell(int Nodes, int Seed);

    /// <summary>What it took.</summary>
    /// <param name="Rounds">Rounds closed.</param>
    /// <param name="TimeS">Seconds of this machine.</param>
    /// <param name="TimePerRoundMs">Milliseconds of this machine a round.</param>
    /// <param name="EventsPerS">Events handled a second.</param>
    /// <param name="HeapMiB">The managed heap after the run, all that it refers to still alive.</param>
    public sealed record Row(int Rounds, double TimeS, double TimePerRoundMs, double EventsPerS, double HeapMiB);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale switch
        {
            Scale.Quick => new()
            {
                Nodes = [1000, 10_000, 100_000],
                Rounds = 100,
                Seeds = [42],
            },
            Scale.Full => new() { Seeds = [42] },
            _ => new() { Seeds = [42, 90, 4] },
        };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from nodes in options.Nodes
        from seed in options.Seeds
        select new Cell(nodes, seed);

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
        SimulationOptions world = PlexusWorld.Options(context, cell.Nodes, 1e6) with
        {
            MaxRounds = context.Options.Rounds,
            LivenessCheck = null,
            // Views travel as changes here; in the published encoding that of 100,000 nodes alone would be 9 MB a model.
            Sizes = PlexusWorld.CifarSizes with
            {
                ViewPerNode = 0,
            },
        };
        Federated.Decentralized.Plexus plexus = new() { Roster = Roster.OfNumbers(cell.Nodes) };
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long start = TimeProvider.System.GetTimestamp();
        SimulationResult run = DecentralizedSimulation.Run(plexus, world, cancellationToken: cancellationToken);
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        cancellationToken.ThrowIfCancellationRequested();
        double heap = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)(1 << 20);
        GC.KeepAlive(run);
        int rounds = run.Rounds.Select(r => r.Round).Distinct().Count();
        return new Row(rounds, seconds, 1000 * seconds / Math.Max(1, rounds), run.Events / seconds, heap);
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        if (rows.Count > 0)
        {
            yield return new Figure
            {
                Id = "time-per-round",
                Title = "Time of a simulated round",
                Caption = "One core; the protocol alone.",
                X = new Axis("Nodes") { Scale = AxisScale.Log },
                Y = new Axis("Time of a round", "ms") { Scale = AxisScale.Log },
                Series =
                [
                    new Series("plexus", SeriesKind.Scatter, [.. rows.Select(r => new SeriesPoint(r.Cell.Nodes, r.Row.TimePerRoundMs))]),
                ],
            };
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach ((int nodes, double mostMs, double mostMiB) in new[] { (100_000, 60.0, 2048.0), (1_000_000, 600.0, 12_288.0) })
        {
            Measured<Cell, Row>[] own = [.. rows.Where(r => r.Cell.Nodes == nodes)];
            Claim time = Claim
                .Value($"time-{nodes}", $"{nodes} nodes: time of a simulated round")
                .StatedWithoutNumber("the published simulators do not reach this size")
                .In("ms")
                .Accept(atMost: mostMs)
                .Because("1000 rounds in 60 s, or in 10 min, on one core")
                .OnTiming()
                .WithSeedsAtLeast(1)
                .Measured(PlexusWorld.Mean(own.Select(r => (r.Cell.Seed, r.Row.TimePerRoundMs)), $"time-{nodes}"));
            Claim memory = Claim
                .Value($"memory-{nodes}", $"{nodes} nodes: managed heap after the run")
                .StatedWithoutNumber("the published simulators do not reach this size")
                .In("MiB")
                .Accept(atMost: mostMiB)
                .Because("views share what is equal; it grows with the rounds, so it counts from 1000 rounds on")
                .From(Scale.Full)
                .WithSeedsAtLeast(1)
                .Measured(PlexusWorld.Mean(own.Select(r => (r.Cell.Seed, r.Row.HeapMiB)), $"memory-{nodes}"));
            yield return nodes == 100_000 ? time : time.From(Scale.Full);
            yield return memory;
        }
    }
}
