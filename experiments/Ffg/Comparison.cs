using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Graphs;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Ffg;

/// <summary>
/// FFG beside the schemes of Zhao et al. 2015 and Eppstein et al. 2016, on the same graphs at about the same number of edits: what is found after random flips,
/// what when ids are lost, what with wrong keys, and how long each step takes.
/// </summary>
/// <param name="own">Schemes of the user's own; they appear in figure and table, the claims stay as they are.</param>
[Experiment("ffg/comparison", Paper = "arXiv:2502.04182", Shows = "FFG beside two earlier schemes at equal distortion")]
public sealed class Comparison(IReadOnlyList<WatermarkScheme> own) : Experiment<Comparison.Options, Comparison.Cell, Comparison.Row>
{
    internal const string Shuffled = "shuffled ids";
    internal const string WrongKeys = "wrong keys";
    private const string Facebook = "ego-facebook";
    private static readonly OverSeeds Over = new("ffg/comparison");
    private static readonly double[] Levels = [0, 0.01, 0.1, 1, 5, 50];
    private static readonly WatermarkScheme[] Baselines = [WatermarkSchemes.Zhao, WatermarkSchemes.ZhaoRobust, WatermarkSchemes.Eppstein];

    private readonly Family<WatermarkScheme> schemes = new(WatermarkSchemes.All, own);

    /// <summary>The paper's schemes alone.</summary>
    public Comparison()
        : this([]) { }

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The graphs: generated ones, and real ones by their names in the data catalogue.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the graphs: er, ba, ws, ba-4000, power-law, or names of the data catalogue")]
        public IReadOnlyList<string> Graphs { get; init; } = ["ba", "power-law"];

        /// <summary>Attacks of each level on each marked graph.</summary>
        [Range(1, 1000)]
        [Description("attacks of each level on each marked graph")]
        public int Attacks { get; init; } = 1;

        /// <summary>Keys that have nothing to do with the mark, tried on each marked graph.</summary>
        [Range(1, 100_000)]
        [Description("wrong keys that are tried on each marked graph")]
        public int WrongKeys { get; init; } = 1;
    }

    /// <summary>One scheme on one graph.</summary>
    /// <param name="System">The scheme.</param>
    /// <param name="Graph">The graph.</param>
    /// <param name="Seed">The seed of the key, of a generated graph, and of the attacks.</param>
    [Timing(WarmUp = 0, Repeats = 1)]
    public sealed record Cell(string System, string Graph, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => HostGraphs.Needs(Graph);
    }

    /// <summary>What was found after one attack.</summary>
    /// <param name="Attack">Random flips of a percentage of the edges, shuffled ids, or wrong keys on the untouched copy.</param>
    /// <param name="FlipsPercent">The percentage, if flips.</param>
    /// <param name="Edits">The pairs that the mark changed.</param>
    /// <param name="FoundShare">The share of trials in which the scheme said present.</param>
    /// <param name="UndecidedShare">The share in which it gave up its search.</param>
    /// <param name="KeygenMs">Making a key.</param>
    /// <param name="EmbedMs">Marking.</param>
    /// <param name="DetectMs">One detection after this attack, in the mean.</param>
    public sealed record Row(
        string Attack,
        double? FlipsPercent,
        int Edits,
        double FoundShare,
        double UndecidedShare,
        double KeygenMs,
        double EmbedMs,
        double DetectMs
    );

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options()
            : new Options
            {
                Graphs = ["ba-4000", "power-law", Facebook],
                Seeds = [.. Enumerable.Range(1, 5)],
                Attacks = 5,
                WrongKeys = 20,
            };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from graph in options.Graphs
        from scheme in schemes.Names
        from seed in options.Seeds
        select new Cell(scheme, graph, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Graph graph = (await HostGraphs.GetAsync(cell.Graph, context, cancellationToken)).WithIds(null);
        WatermarkOwner owner = schemes[cell.System].For(graph, Budget(graph), context.Threads);
        long start = Stopwatch.GetTimestamp();
        object key = owner.GenerateKey(HostGraphs.Secret(context, "owner", cell.Graph));
        double keygen = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        start = Stopwatch.GetTimestamp();
        EmbedResult marked = owner.Embed(key, cancellationToken);
        double embed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        foreach (double percent in Levels)
        {
            int flips = (int)Math.Round(graph.EdgeCount * percent / 100);
            int attacks = flips == 0 ? 1 : context.Options.Attacks;
            Graph Attacked(int i) =>
                RandomPairFlips
                    .OfCount(flips)
                    .Apply(marked.Graph, context.Random("attack", cell.Graph, OverSeeds.Text(percent), $"{i}"), cancellationToken)
                    .Graph;
            yield return Trial($"{OverSeeds.Text(percent)} %", percent, attacks, i => (Attacked(i), key));
        }
        Graph shuffled = new Relabelling().Apply(marked.Graph, context.Random("shuffle", cell.Graph), cancellationToken).Graph;
        yield return Trial(Shuffled, null, 1, _ => (shuffled, key));
        yield return Trial(
            WrongKeys,
            null,
            context.Options.WrongKeys,
            i => (marked.Graph, owner.GenerateKey(HostGraphs.Secret(context, "wrong", cell.Graph, $"{i}")))
        );

        Row Trial(string attack, double? percent, int trials, Func<int, (Graph Suspect, object Key)> make)
        {
            (int present, int undecided, double milliseconds) = (0, 0, 0);
            for (int i = 0; i < trials; i++)
            {
                (Graph suspect, object with) = make(i);
                long begin = Stopwatch.GetTimestamp();
                DetectionResult found = owner.Detect(suspect, with, cancellationToken);
                milliseconds += Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
                present += found.Present ? 1 : 0;
                undecided += found.Outcome == DetectionOutcome.Undecided ? 1 : 0;
            }
            return new Row(
                attack,
                percent,
                marked.Edits.Count,
                (double)present / trials,
                (double)undecided / trials,
                keygen,
                embed,
                milliseconds / trials
            );
        }
    }

    // What the subgraph scheme changes in the mean: k(k-1)/4 pairs, k = ceil(2.3 log2 N).
    private static int Budget(Graph graph)
    {
        int k = (int)Math.Ceiling(2.3 * Math.Log2(graph.NodeCount));
        return k * (k - 1) / 4;
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        string[] attacks = [.. Levels.Select(l => $"{OverSeeds.Text(l)} %"), Shuffled, WrongKeys];
        foreach (IGrouping<string, Measured<Cell, Row>> graph in rows.GroupBy(r => r.Cell.Graph))
        {
            yield return new Figure
            {
                Id = $"found-{graph.Key}",
                Title = $"Share of trials in which the mark is found, {HostGraphs.Title(graph.Key)}",
                Caption =
                    "Random flips in percent of the edges with ids kept; ids shuffled without flips; wrong keys on the untouched copy, where 0 is right.",
                X = new Axis("Attack") { Scale = AxisScale.Category, Categories = attacks },
                Y = new Axis("Share found") { Minimum = 0, Maximum = 1 },
                Series =
                [
                    .. graph
                        .GroupBy(r => r.Cell.System)
                        .Select(s =>
                            schemes.Mark(
                                new Series(
                                    s.Key,
                                    SeriesKind.Bar,
                                    [
                                        .. s.GroupBy(r => r.Row.Attack)
                                            .Select(a =>
                                                Over.Point(
                                                    Array.IndexOf(attacks, a.Key),
                                                    a.OrderBy(r => r.Cell.Seed).Select(r => r.Row.FoundShare)
                                                )
                                            ),
                                    ]
                                )
                            )
                        ),
                ],
                Width = FigureWidth.Wide,
                Provenance = new Provenance(HostGraphs.Origin(graph.Key)),
            };
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (string graph in new[] { "ba", "power-law", "ba-4000", Facebook })
        {
            Claim atLeast = Claim
                .AllOf(
                    $"at-least-as-good-{graph}",
                    $"On {HostGraphs.Title(graph)} with ids kept FFG is found at least as often as every earlier scheme, at every level of random flips",
                    [.. Baselines.SelectMany(b => Levels.Select(level => Against(rows, graph, b.Name, level)))]
                )
                .StatedWithoutNumber(HostGraphs.Place)
                .Because("the abstract promises a quality at least as good as earlier schemes; levels and graphs are this library's");
            yield return graph == "ba-4000" ? atLeast.From(Scale.Full) : HostGraphs.OnItsData(atLeast, graph);
            Claim without = Claim
                .AllOf(
                    $"without-ids-{graph}",
                    $"On {HostGraphs.Title(graph)} with shuffled ids FFG is found after registration and not without it, and no wrong key is found",
                    Share(rows, graph, WatermarkSchemes.Registered.Name, Shuffled).Accept(atLeast: 0.9),
                    Share(rows, graph, WatermarkSchemes.Keyed.Name, Shuffled).Accept(atMost: 0.1),
                    Share(rows, graph, WatermarkSchemes.Keyed.Name, WrongKeys).Accept(atMost: 0.01),
                    Share(rows, graph, WatermarkSchemes.PaperThreshold.Name, WrongKeys).Accept(atMost: 0.01)
                )
                .StatedWithoutNumber(HostGraphs.Place)
                .Because(HostGraphs.OwnAnalysis);
            yield return graph == "ba-4000" ? without.From(Scale.Full) : HostGraphs.OnItsData(without, graph);
        }
    }

    private static Claim Against(IReadOnlyList<Measured<Cell, Row>> rows, string graph, string baseline, double level)
    {
        string id = $"over-{graph}-{baseline}-{OverSeeds.Text(level)}";
        double[] ours = Shares(rows, graph, WatermarkSchemes.Keyed.Name, $"{OverSeeds.Text(level)} %");
        double[] theirs = Shares(rows, graph, baseline, $"{OverSeeds.Text(level)} %");
        return Claim
            .Difference(id, $"flips of {OverSeeds.Text(level)} %: share found, FFG-Keyed minus {baseline}")
            .Accept(atLeast: 0)
            .Measured(ours.Length == theirs.Length ? Over.Mean(id, ours.Zip(theirs, (a, b) => a - b)) : null);
    }

    private static Claim Share(IReadOnlyList<Measured<Cell, Row>> rows, string graph, string system, string attack)
    {
        string id = $"{attack}-{graph}-{system}";
        return Claim.Value(id, $"{system}, {attack}: share found").Measured(Over.Mean(id, Shares(rows, graph, system, attack)));
    }

    private static double[] Shares(IReadOnlyList<Measured<Cell, Row>> rows, string graph, string system, string attack) =>
        [
            .. rows.Where(r => r.Cell.Graph == graph && r.Cell.System == system && r.Row.Attack == attack)
                .OrderBy(r => r.Cell.Seed)
                .Select(r => r.Row.FoundShare),
        ];
}
