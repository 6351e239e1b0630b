using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Federated.Decentralized;

namespace ResearchKit.Papers.Plexus;

/// <summary>
/// How long rounds take with models of three sizes: the protocol alone, no learning. The bands are medians that the published code gave under the same generated devices; what is judged is that this implementation is as fast in
/// virtual time.
/// </summary>
[Experiment("plexus/task-sizes", Paper = "arXiv:2302.13837", Shows = "Round durations with models of three sizes")]
public sealed class TaskSizes : Experiment<TaskSizes.Options, TaskSizes.Cell, RoundRow>
{
    private static readonly Dictionary<string, (int Nodes, long TransferBytes, double MedianS)> Tasks = new()
    {
        ["cifar-100"] = (100, 356_083, 4.7),
        ["cifar"] = (1000, 431_083, 5.1),
        ["celeba"] = (500, 169_186, 3.4),
        ["femnist"] = (355, 6_792_802, 56),
    };

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>Virtual seconds.</summary>
        [Range(60, 10_000_000)]
        [Description("virtual seconds of a run")]
        public double DurationS { get; init; } = 1200;
    }

    /// <summary>A run.</summary>
    /// <param name="Task">The task whose model size and number of nodes are taken.</param>
    /// <param name="Seed">The seed.</param>
    public sealed record Cell(string Task, int Seed);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale switch
        {
            Scale.Quick => new() { Seeds = [42, 90, 4] },
            Scale.Full => new() { DurationS = 180_000, Seeds = [42, 90, 4, 5, 6] },
            _ => new() { DurationS = 720_000, Seeds = [42, 90, 4, 5, 6] },
        };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from task in Tasks.Keys
        from seed in options.Seeds
        select new Cell(task, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<RoundRow> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        (int nodes, long bytes, _) = Tasks[cell.Task];
        SimulationOptions world = PlexusWorld.Options(context, nodes, context.Options.DurationS) with
        {
            Sizes = new MessageSizes
            {
                Model = bytes,
                ViewPerNode = 0,
                Header = 0,
            },
        };
        SimulationResult run = await DecentralizedSimulation.RunAsync(
            new Federated.Decentralized.Plexus(),
            world,
            cancellationToken: cancellationToken
        );
        cancellationToken.ThrowIfCancellationRequested();
        yield return RoundRow.Of(run);
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, RoundRow>> rows)
    {
        if (rows.Count > 0)
        {
            string[] tasks = [.. rows.Select(r => r.Cell.Task).Distinct()];
            yield return new Figure
            {
                Id = "round-durations",
                Title = "Median round duration",
                Caption = "The mean of the medians over seeds, with its interval; s 13, sf 0.8, one aggregator.",
                X = new Axis("Task") { Categories = tasks },
                Y = new Axis("Round", "virtual s") { Scale = AxisScale.Log },
                Series =
                [
                    new Series(
                        "plexus",
                        SeriesKind.Scatter,
                        [
                            .. tasks
                                .Index()
                                .Select(t =>
                                    PlexusWorld.Mean(
                                        rows.Where(r => r.Cell.Task == t.Item).Select(r => (r.Cell.Seed, r.Row.MedianRoundS)),
                                        t.Item
                                    )
                                        is { } mean
                                        ? new SeriesPoint(t.Index, mean.Value, mean.Low, mean.High)
                                        : new SeriesPoint(t.Index, double.NaN)
                                ),
                        ]
                    ),
                ],
                Provenance = new Provenance(DataOrigin.Generated, HardwareOrigin.Simulated),
            };
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, RoundRow>> rows)
    {
        foreach ((string task, (int nodes, _, double median)) in Tasks)
        {
            yield return Claim
                .Value($"median-{task}", $"{task} among {nodes} nodes: median round duration")
                .StatedWithoutNumber("published code (sacs-epfl/plexus) run on devices of the same generator")
                .In("virtual s")
                .Accept(0.75 * median, 1.25 * median)
                .Because($"the published code gave {median} s for one seed; devices and delays are drawn anew here")
                .On(DataOrigin.Generated, HardwareOrigin.Simulated)
                .Measured(
                    PlexusWorld.Mean(rows.Where(r => r.Cell.Task == task).Select(r => (r.Cell.Seed, r.Row.MedianRoundS)), $"median-{task}")
                );
        }

        yield return Claim
            .Ratio("femnist-over-cifar", "Median round duration of FEMNIST's model over CIFAR-10's")
            .StatedWithoutNumber("published code (sacs-epfl/plexus) run on devices of the same generator: 11")
            .Accept(8, 14)
            .Because("transfers dominate rounds of large models, computing those of small ones")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(
                PlexusWorld.Ratio(
                    rows.GroupBy(r => r.Cell.Seed)
                        .Select(g =>
                            (
                                g.Key,
                                g.FirstOrDefault(r => r.Cell.Task == "femnist")?.Row.MedianRoundS,
                                g.FirstOrDefault(r => r.Cell.Task == "cifar")?.Row.MedianRoundS
                            )
                        ),
                    "femnist-over-cifar"
                )
            );
    }
}
