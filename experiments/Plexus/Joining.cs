using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Simulation;

namespace ResearchKit.Papers.Plexus;

/// <summary>Nodes that nobody knew join: how many rounds until nearly all know them, by announcements and views that travel with models.</summary>
[Experiment("plexus/joining", Paper = "arXiv:2302.13837", Shows = "How fast newcomers become known")]
public sealed class Joining : Experiment<Joining.Options, Joining.Cell, Joining.Row>
{
    private const double JoinS = 120;
    private const int SampleSize = 13;

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>Nodes, newcomers included.</summary>
        [Range(40, 10_000)]
        [Description("nodes, newcomers included")]
        public int Nodes { get; init; } = 1000;

        /// <summary>Newcomers.</summary>
        [Range(1, 1000)]
        [Description("nodes that join at 120 s")]
        public int Joiners { get; init; } = 20;
    }

    /// <summary>A run until a time.</summary>
    /// <param name="AfterS">How long after the joining.</param>
    /// <param name="Seed">The seed.</param>
    public sealed record Cell(double AfterS, int Seed);

    /// <summary>Who knows the newcomers.</summary>
    /// <param name="Rounds">Rounds closed since they joined.</param>
    /// <param name="KnownShare">The share of pairs of an older node that was active since and a newcomer in which the one knows the other.</param>
    /// <param name="KnownToActive">The same among the older nodes that took part in one of the last three samples.</param>
    /// <param name="Bound">3 log2(n) n / (10 s).</param>
    public sealed record Row(int Rounds, double KnownShare, double KnownToActive, double Bound);

    private static readonly double[] Times = [10, 30, 60, 120, 240, 480, 720];

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale switch
        {
            Scale.Quick => new() { Nodes = 120, Seeds = [42, 90, 4] },
            _ => new() { Seeds = [42, 90, 4, 5, 6] },
        };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) => from after in Times from seed in options.Seeds select new Cell(after, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Options options = context.Options;
        int older = options.Nodes - options.Joiners;
        SimulationOptions world = PlexusWorld.Options(context, options.Nodes, JoinS + cell.AfterS) with
        {
            Availability = new LateJoin(older, VirtualTime.FromSeconds(JoinS)),
        };
        SimulationResult run = await DecentralizedSimulation.RunAsync(
            new Federated.Decentralized.Plexus { KnownAtStart = older },
            world,
            cancellationToken: cancellationToken
        );
        cancellationToken.ThrowIfCancellationRequested();
        int joined = run.Rounds.Where(r => r.TimeS <= JoinS).Select(r => r.Round).DefaultIfEmpty(0).Max();
        int last = run.Rounds.Select(r => r.Round).DefaultIfEmpty(0).Max();
        PopulationView[] active = [.. run.Views.Where(v => v.Key < older).Select(v => v.Value)];
        PopulationView[] recent =
        [
            .. run.Views.Where(v => v.Key < older && v.Value[v.Key] is { } own && own.Round >= last - 2).Select(v => v.Value),
        ];
        yield return new Row(
            last - joined,
            Share(active, older, options.Nodes),
            Share(recent, older, options.Nodes),
            3 * Math.Log2(options.Nodes) * options.Nodes / (10 * SampleSize)
        );
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        if (rows.Count > 0)
        {
            yield return new Figure
            {
                Id = "known",
                Title = "Newcomers known",
                Caption = "Pairs of an older node and a newcomer in which the one knows the other; each run a mark.",
                X = new Axis("Rounds since they joined"),
                Y = new Axis("Share of pairs") { Minimum = 0, Maximum = 1 },
                Series =
                [
                    new Series(
                        "all older nodes",
                        SeriesKind.Scatter,
                        [.. rows.Select(r => new SeriesPoint(r.Row.Rounds, r.Row.KnownShare))]
                    ),
                    new Series(
                        "those of the last samples",
                        SeriesKind.Scatter,
                        [.. rows.Select(r => new SeriesPoint(r.Row.Rounds, r.Row.KnownToActive))]
                    ),
                ],
                Provenance = new Provenance(DataOrigin.Generated, HardwareOrigin.Simulated),
            };
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return Claim
            .Ratio("known", "Rounds until 99 % of the nodes that take part know each newcomer, over 3 log2(n) n / 10 s")
            .StatedWithoutNumber("arXiv:2302.13837, section 3.5: views are mostly consistent")
            .Accept(atMost: 1)
            .Because(
                "measured at a few times after the joining, so the rounds are those of the first time that is late enough; many newcomers at once may split a round between two aggregators, which then wait for their timeout"
            )
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(
                PlexusWorld.Mean(
                    rows.GroupBy(r => r.Cell.Seed)
                        .Select(g =>
                            (
                                g.Key,
                                g.OrderBy(r => r.Cell.AfterS).FirstOrDefault(r => r.Row.KnownToActive >= 0.99) is { } first
                                    ? first.Row.Rounds / first.Row.Bound
                                    : 100
                            )
                        ),
                    "known"
                )
            );
    }

    private static double Share(PopulationView[] views, int older, int nodes) =>
        views.Length == 0 ? 0 : views.Average(view => Enumerable.Range(older, nodes - older).Count(view.Knows) / (double)(nodes - older));
}
