using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Federated.Deployment;
using ResearchKit.Papers.Verbs;

namespace ResearchKit.Papers.Plexus;

/// <summary>
/// The real network: several processes of the operating system on the loopback interface, the same state machine as in the simulation, behind gRPC. With faults: messages lost, doubled and overtaken; a process killed and restarted;
/// halves that cannot hear each other.
/// </summary>
[Experiment("plexus/networked", Paper = "arXiv:2302.13837", Shows = "The protocol in a real network, with faults")]
public sealed class Networked : Experiment<Networked.Options, Networked.Cell, Networked.Row>
{
    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>Processes.</summary>
        [Range(2, 64)]
        [Description("processes")]
        public int Processes { get; init; } = 8;

        /// <summary>Nodes in a process.</summary>
        [Range(1, 1000)]
        [Description("nodes in each process")]
        public int NodesPerProcess { get; init; } = 25;

        /// <summary>Rounds.</summary>
        [Range(1, 10_000)]
        [Description("rounds to close")]
        public int Rounds { get; init; } = 20;

        /// <summary>Seconds of the partition.</summary>
        [Range(1, 3600)]
        [Description("seconds in which halves cannot hear each other")]
        public double PartitionS { get; init; } = 30;

        /// <summary>Faults to run with.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("faults to run with")]
        public IReadOnlyList<string> Faults { get; init; } = ["none", "loss", "kill", "partition"];
    }

    /// <summary>A run.</summary>
    /// <param name="Fault">What goes wrong: <c>none</c>, <c>loss</c> (10 % lost, 20 % doubled, 20 % overtaken), <c>kill</c> (at round 5, back at 12), <c>partition</c>.</param>
    /// <param name="Seed">The seed.</param>
    [Timing(WarmUp = 0, Repeats = 1)]
    public sealed record Cell(string Fault, int Seed);

    /// <summary>What the network did.</summary>
    /// <param name="Rounds">Different rounds closed.</param>
    /// <param name="TimeS">Seconds.</param>
    /// <param name="Accuracy">Of the last average.</param>
    /// <param name="DuplicateRounds">Rounds closed by more than one aggregator.</param>
    /// <param name="Lineages">Different averages of the last round.</param>
    /// <param name="NotFinite">Averages that are no numbers.</param>
    /// <param name="Asked">Rounds asked for.</param>
    public sealed record Row(int Rounds, double TimeS, double Accuracy, int DuplicateRounds, int Lineages, int NotFinite, int Asked);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale switch
        {
            Scale.Quick => new()
            {
                Processes = 4,
                NodesPerProcess = 5,
                Faults = ["none"],
                Seeds = [42],
            },
            Scale.Full => new() { Seeds = [42, 90, 4] },
            _ => new() { Processes = 40, Seeds = [42, 90, 4, 5, 6] },
        };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from fault in options.Faults
        from seed in options.Seeds
        select new Cell(fault, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Options options = context.Options;
        int nodes = options.Processes * options.NodesPerProcess;
        NetworkPlan plan = new()
        {
            Seed = context.Random("network").NextUInt64(),
            Ports = NetworkRun.FreePorts(options.Processes),
            NodesPerProcess = options.NodesPerProcess,
            SampleSize = Math.Min(13, Math.Max(3, nodes / 4)),
            SuccessFraction = 0.8,
            PingTimeoutS = 1.5,
            AggregationTimeoutS = 8,
            RowsPerNode = PlexusWorld.RowsPerNode,
            Faults = cell.Fault switch
            {
                "loss" => new FaultPlan
                {
                    Drop = 0.1,
                    Duplicate = 0.2,
                    Reorder = 0.2,
                },
                "partition" => new FaultPlan { Partitions = [new(5, 5 + options.PartitionS, [.. Enumerable.Range(0, nodes / 2)])] },
                _ => FaultPlan.None,
            },
        };
        string folder = Directory.CreateTempSubdirectory("plexus-network-").FullName;
        try
        {
            NetworkReport report = await RunCommand.RunAsync(
                plan,
                folder,
                options.Rounds,
                cell.Fault == "kill" ? (options.Processes - 1, 5, 12) : null,
                TimeSpan.FromMinutes(5),
                TimeProvider.System,
                cancellationToken
            );
            yield return new Row(
                report.Rounds,
                report.TimeS,
                report.Accuracy,
                report.Duplicates,
                report.Lineages,
                report.NotFinite,
                options.Rounds
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        if (rows.Count > 0)
        {
            string[] faults = [.. rows.Select(r => r.Cell.Fault).Distinct()];
            yield return new Figure
            {
                Id = "accuracy",
                Title = "Accuracy of the last average",
                Caption = "Each run a mark.",
                X = new Axis("Faults") { Categories = faults },
                Y = new Axis("Accuracy") { Minimum = 0, Maximum = 1 },
                Series =
                [
                    new Series(
                        "plexus",
                        SeriesKind.Scatter,
                        [.. rows.Select(r => new SeriesPoint(Array.IndexOf(faults, r.Cell.Fault), r.Row.Accuracy))]
                    ),
                ],
                Provenance = new Provenance(DataOrigin.Generated),
            };
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (
            (string fault, string what) in new[]
            {
                ("none", "no faults"),
                ("loss", "10 % of messages lost, 20 % doubled, 20 % overtaken"),
                ("kill", "a process killed at round 5 and restarted at round 12"),
                ("partition", "halves that cannot hear each other"),
            }
        )
        {
            Measured<Cell, Row>[] own = [.. rows.Where(r => r.Cell.Fault == fault)];
            Claim rounds = Claim
                .Ratio($"rounds-{fault}", $"With {what}: rounds closed over rounds asked for")
                .StatedWithoutNumber("arXiv:2302.13837, section 3: failures cost rounds, not the model")
                .Accept(atLeast: 1)
                .Because("within five minutes")
                .WithSeedsAtLeast(1)
                .On(DataOrigin.Generated)
                .Measured(
                    PlexusWorld.Mean(own.Select(r => (r.Cell.Seed, Math.Min(1, r.Row.Rounds / (double)r.Row.Asked))), $"rounds-{fault}")
                );
            Claim sound = Claim
                .Value($"accuracy-{fault}", $"With {what}: accuracy of the last average")
                .StatedWithoutNumber("no model is corrupted")
                .Accept(atLeast: 0.2)
                .Because("ten classes: twice as good as guessing, after few rounds")
                .WithSeedsAtLeast(1)
                .On(DataOrigin.Generated)
                .Measured(PlexusWorld.Mean(own.Select(r => (r.Cell.Seed, r.Row.NotFinite > 0 ? 0 : r.Row.Accuracy)), $"accuracy-{fault}"));
            yield return fault == "none" ? rounds : rounds.From(Scale.Full);
            yield return fault == "none" ? sound : sound.From(Scale.Full);
        }
    }
}
