using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Metrics;
using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Papers.Plexus;

/// <summary>Accuracy against time, traffic and training: Plexus, federated averaging, and decentralised learning.</summary>
/// <param name="own">The user's own algorithms.</param>
public abstract class AccuracyExperiment(IReadOnlyList<IDecentralizedAlgorithm> own)
    : Experiment<AccuracyOptions, AccuracyCell, AccuracyRow>
{
    private const double MiB = 1 << 20;

    /// <summary>What time, traffic and training are judged against: decentralised learning.</summary>
    private static readonly string[] Baselines =
    [
        "d-psgd-regular",
        "d-psgd-one-peer",
        "d-psgd-exponential",
        "d-psgd-ring",
        "gossip",
        "epidemic-local",
        "epidemic-oracle",
    ];

    private static readonly string[] Quick = ["plexus", "fedavg", "d-psgd-regular", "d-psgd-one-peer", "gossip"];

    private readonly Family<IDecentralizedAlgorithm> algorithms = new(DecentralizedAlgorithms.All, own);

    /// <summary>The Dirichlet parameter of the nodes' labels; null: all nodes alike.</summary>
    private protected abstract double? Alpha { get; }

    /// <inheritdoc/>
    public override AccuracyOptions For(Scale scale)
    {
        AccuracyOptions options = new()
        {
            Algorithms =
            [
                .. (scale == Scale.Quick ? Quick : algorithms.InPaper.Select(a => a.Name)),
                .. algorithms.Own.Select(a => a.Name),
            ],
        };
        return scale switch
        {
            Scale.Quick => options with { Nodes = 100, DurationS = 3000, TestRows = 600, TestedShare = 0.1, Seeds = [42, 90, 4] },
            Scale.Full => options with { Seeds = [42, 90, 4, 5, 6] },
            _ => options with { DurationS = 180_000, TestEveryS = 7200, Seeds = [42, 90, 4, 5, 6] },
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<AccuracyCell> Plan(AccuracyOptions options) =>
        from algorithm in options.Algorithms
        from seed in options.Seeds
        select new AccuracyCell(algorithms[algorithm].Name, options.Nodes, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<AccuracyRow> MeasureAsync(
        AccuracyCell cell,
        CellContext<AccuracyOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        AccuracyOptions options = context.Options;
        SimulationOptions world = PlexusWorld.Options(
            context,
            cell.Nodes,
            options.DurationS,
            PlexusWorld.Mixture(context, cell.Nodes, Alpha, options.TestRows)
        ) with
        {
            EvaluateEvery = VirtualTime.FromSeconds(options.TestEveryS),
            EvaluatedShare = options.TestedShare,
        };
        SimulationResult run = await DecentralizedSimulation.RunAsync(
            algorithms[cell.Algorithm],
            world,
            cancellationToken: cancellationToken
        );
        cancellationToken.ThrowIfCancellationRequested();
        double killed = run.Transfers.Failed / (double)Math.Max(1, run.Transfers.Failed + run.Transfers.Finished);
        foreach (TestedModel test in run.Tests)
        {
            yield return new AccuracyRow(
                test.TimeS,
                test.Round,
                test.Accuracy,
                test.AccuracySd,
                test.BytesUp / MiB,
                test.TrainingS,
                killed
            );
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<AccuracyCell, AccuracyRow>> rows)
    {
        if (rows.Count == 0)
        {
            yield break;
        }

        yield return Against(rows, "time", new Axis("Time", "virtual s"), row => row.TimeS);
        yield return Against(
            rows,
            "traffic",
            new Axis("Traffic of all nodes", "MiB") { Scale = AxisScale.Log },
            row => Math.Max(0.1, row.SentMiB)
        );
        yield return Against(
            rows,
            "training",
            new Axis("Training of all nodes", "virtual s") { Scale = AxisScale.Log },
            row => Math.Max(1, row.TrainingS)
        );
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<AccuracyCell, AccuracyRow>> rows)
    {
        foreach (int nodes in new[] { 100, 1000 })
        {
            AccuracySeed[] seeds =
            [
                .. rows.Where(r => r.Cell.Nodes == nodes)
                    .GroupBy(r => r.Cell.Seed)
                    .Select(group => new AccuracySeed(group.Key, [.. group], Baselines)),
            ];
            foreach (Claim claim in Claims(nodes, seeds))
            {
                yield return (nodes == 100 ? claim : claim.From(Scale.Full)).On(DataOrigin.Generated, HardwareOrigin.Simulated);
            }
        }
    }

    private IEnumerable<Claim> Claims(int nodes, AccuracySeed[] seeds)
    {
        string target = "to the best accuracy of the weakest decentralised baseline";
        string why =
            $"{nodes} nodes with generated devices, delays and rows in the papers' shape; the paper's target accuracies are not known, nor are its devices to be had";
        yield return Claim
            .Ratio($"time-{nodes}", $"{nodes} nodes: time {target}, best decentralised baseline over Plexus")
            .Published(1.4, 1.6, "arXiv:2503.05509, abstract")
            .Accept(atLeast: 1.3)
            .Because(why)
            .Measured(Ratio(seeds, t => t.TimeS, $"time-{nodes}"));
        yield return Claim
            .Ratio($"traffic-{nodes}", $"{nodes} nodes: bytes sent {target}, best decentralised baseline over Plexus")
            .Published(15.8, 292, "arXiv:2503.05509, abstract")
            .Accept(atLeast: nodes == 100 ? 3 : 12)
            .Because($"{why}; the ratio grows with the nodes, as n / 2s for one peer and n k / 2s for k neighbours")
            .Measured(Ratio(seeds, t => t.SentMiB, $"traffic-{nodes}"));
        yield return Claim
            .Ratio($"training-{nodes}", $"{nodes} nodes: seconds trained {target}, best decentralised baseline over Plexus")
            .Published(30.5, 77.9, "arXiv:2503.05509, abstract")
            .Accept(atLeast: nodes == 100 ? 4 : 25)
            .Because($"{why}; the ratio grows with the nodes, as n / s")
            .Measured(Ratio(seeds, t => t.TrainingS, $"training-{nodes}"));
        yield return Claim
            .Difference($"fedavg-{nodes}", $"{nodes} nodes: final accuracy of Plexus minus that of federated averaging")
            .StatedWithoutNumber("arXiv:2503.05509, abstract: comparable with server-based federated learning")
            .Accept(-0.02, 0.02)
            .Because("two points either way count as comparable")
            .Measured(
                seeds.Length > 0 && seeds.All(s => s.Has("plexus") && s.Has("fedavg"))
                    ? Intervals.PairedDifference(
                        [.. seeds.OrderBy(s => s.Seed).Select(s => s.Final("plexus"))],
                        [.. seeds.OrderBy(s => s.Seed).Select(s => s.Final("fedavg"))],
                        RandomStream.Named("plexus", Info.Id, $"fedavg-{nodes}", "bootstrap")
                    )
                    : null
            );
    }

    private Estimate? Ratio(AccuracySeed[] seeds, Func<AccuracyRow, double> spent, string purpose) =>
        PlexusWorld.Ratio(
            seeds.Where(s => s.Has("plexus")).Select(s => (s.Seed, s.BestBaseline(spent), s.Until("plexus", spent))),
            $"{Info.Id}-{purpose}"
        );

    private Figure Against(IReadOnlyList<Measured<AccuracyCell, AccuracyRow>> rows, string id, Axis axis, Func<AccuracyRow, double> of) =>
        new()
        {
            Id = $"accuracy-{id}",
            Title = $"Accuracy against {axis.Label.ToLowerInvariant()}",
            Caption =
                $"{rows[0].Cell.Nodes} nodes; the first seed. Of algorithms with a global model that model is tested, of the others the models of some nodes, in the mean with the standard deviation.",
            X = axis,
            Y = new Axis("Accuracy") { Minimum = 0, Maximum = 1 },
            Series =
            [
                .. rows.Where(r => r.Cell.Seed == rows[0].Cell.Seed)
                    .GroupBy(r => r.Cell.Algorithm)
                    .Select(group => new Series(
                        group.Key,
                        SeriesKind.Line,
                        [
                            .. group.Select(r => new SeriesPoint(
                                of(r.Row),
                                r.Row.Accuracy,
                                r.Row.AccuracySd > 0 ? r.Row.Accuracy - r.Row.AccuracySd : null,
                                r.Row.AccuracySd > 0 ? r.Row.Accuracy + r.Row.AccuracySd : null
                            )),
                        ]
                    )
                    {
                        NotInPaper = algorithms.Own.Any(a => a.Name == group.Key),
                    }),
            ],
            Width = FigureWidth.Wide,
            Provenance = new Provenance(DataOrigin.Generated, HardwareOrigin.Simulated),
        };
}
