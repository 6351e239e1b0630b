using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Graphs;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Ffg;

/// <summary>A leaked graph without its ids: its nodes are registered with those of the original by structure, then the mark is looked for among the matched nodes.</summary>
[Experiment("ffg/shuffled-ids", Paper = "arXiv:2502.04182", Shows = "Registration and similarity when ids are lost")]
public sealed class ShuffledIds : Experiment<ShuffledIds.Options, ShuffledIds.Cell, ShuffledIds.Row>
{
    private const string Facebook = "ego-facebook";
    private static readonly OverSeeds Over = new("ffg/shuffled-ids");

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The graphs: generated ones, and real ones by their names in the data catalogue.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the graphs: er, ba, ws, ba-4000, power-law, or names of the data catalogue")]
        public IReadOnlyList<string> Graphs { get; init; } = ["ba"];

        /// <summary>Random flips before the ids are taken away, in percent of the edges.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("random flips before the ids are taken away, in percent of the edges")]
        public IReadOnlyList<double> FlipsPercents { get; init; } = [0, 1, 5];

        /// <summary>The mark's budget, in percent of the edges.</summary>
        [Range(0.001, 100)]
        [Description("the mark's budget, in percent of the edges")]
        public double BudgetPercent { get; init; } = 1;
    }

    /// <summary>One marked graph after one attack.</summary>
    /// <param name="Graph">The graph.</param>
    /// <param name="FlipsPercent">Random flips, in percent of the edges.</param>
    /// <param name="Seed">The seed of the key, of a generated graph, and of the attack.</param>
    public sealed record Cell(string Graph, double FlipsPercent, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => HostGraphs.Needs(Graph);
    }

    /// <summary>What was measured.</summary>
    /// <param name="Nodes">N.</param>
    /// <param name="Seeds">Nodes that features alone matched.</param>
    /// <param name="Matched">Nodes matched in the end.</param>
    /// <param name="Right">Nodes matched with the right one.</param>
    /// <param name="Similarity">On the matched nodes.</param>
    /// <param name="Unregistered">With the shuffled numbers taken for ids.</param>
    /// <param name="WrongKey">On the matched nodes, with another key.</param>
    public sealed record Row(int Nodes, int Seeds, int Matched, int Right, double Similarity, double Unregistered, double WrongKey);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick ? new Options() : new Options { Graphs = ["ba", "ba-4000", Facebook], Seeds = [.. Enumerable.Range(1, 10)] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from graph in options.Graphs
        from percent in options.FlipsPercents
        from seed in options.Seeds
        select new Cell(graph, percent, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Graph graph = (await HostGraphs.GetAsync(cell.Graph, context, cancellationToken)).WithIds(null);
        int budget = Math.Max(1, (int)(graph.EdgeCount * context.Options.BudgetPercent / 100));
        FfgWatermark ffg = new(new FfgOptions { Budget = budget }) { Threads = context.Threads };
        FfgKey key = ffg.GenerateKey(graph, HostGraphs.Secret(context, "owner", cell.Graph));
        FfgKey wrong = ffg.GenerateKey(graph, HostGraphs.Secret(context, "wrong", cell.Graph));
        Graph marked = ffg.Embed(graph, key, context.Progress, cancellationToken).Graph;
        int flips = (int)(graph.EdgeCount * cell.FlipsPercent / 100);
        Graph attacked = RandomPairFlips.OfCount(flips).Apply(marked, context.Random("attack", cell.Graph), cancellationToken).Graph;
        AttackResult shuffled = new Relabelling().Apply(attacked, context.Random("shuffle", cell.Graph), cancellationToken);
        FfgDetection found = ffg.DetectRegistered(shuffled.Graph, graph, key, registration: null, cancellationToken);
        NodeMatching matching = found.Registration!;
        int[] matched = matching.Alignment.SecondOfFirst.ToArray();
        yield return new Row(
            graph.NodeCount,
            matching.Seeds,
            matching.Matched,
            matched.Where((m, node) => m == shuffled.NewNumbers![node]).Count(),
            found.Similarity,
            ffg.Detect(shuffled.Graph, graph, key, cancellationToken).Similarity,
            ffg.DetectRegistered(shuffled.Graph, graph, wrong, registration: null, cancellationToken).Similarity
        );
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return new Figure
        {
            Id = "similarity-without-ids",
            Title = "Similarity when ids are lost, by flips before",
            Caption =
                "Nodes are matched by structure first. A similarity above 6 is a detection with a false-positive probability of 1e-9.",
            X = new Axis("Random flips", "% of the edges"),
            Y = new Axis("Similarity") { Minimum = 0 },
            Series =
            [
                .. rows.GroupBy(r => r.Cell.Graph)
                    .Select(g => new Series(
                        HostGraphs.Title(g.Key),
                        SeriesKind.Line,
                        [
                            .. g.GroupBy(r => r.Cell.FlipsPercent)
                                .OrderBy(l => l.Key)
                                .Select(l => Over.Point(l.Key, l.OrderBy(r => r.Cell.Seed).Select(r => r.Row.Similarity))),
                        ]
                    )),
            ],
            Provenance = new Provenance(HostGraphs.OriginOf(rows.Select(r => r.Cell.Graph))),
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        // A mark of 49 flips on 1000 nodes is worth less than one of 882.
        foreach ((string graph, double little, double much) in new[] { ("ba", 8.0, 6.0), (Facebook, 15.0, 8.0) })
        {
            yield return HostGraphs.OnItsData(Found(rows, graph, little, much), graph);
            yield return HostGraphs.OnItsData(Without(rows, graph), graph);
        }
    }

    private static Claim Found(IReadOnlyList<Measured<Cell, Row>> rows, string graph, double little, double much) =>
        Claim
            .AllOf(
                $"found-{graph}",
                $"On {HostGraphs.Title(graph)} with shuffled ids the mark is found after registration, also after random flips",
                [
                    .. new[] { (0.0, little), (1, little), (5, much) }.Select(l =>
                        Claim
                            .Value(
                                $"similarity-{graph}-{OverSeeds.Text(l.Item1)}",
                                $"the similarity after flips of {OverSeeds.Text(l.Item1)} % of the edges"
                            )
                            .Accept(atLeast: l.Item2)
                            .Measured(
                                Over.Mean(
                                    $"similarity-{graph}-{OverSeeds.Text(l.Item1)}",
                                    At(rows, graph, l.Item1).Select(r => r.Similarity)
                                )
                            )
                    ),
                    Claim
                        .Value($"right-{graph}", "the share of matched nodes that are matched rightly, at every level")
                        .Accept(atLeast: 0.95)
                        .Measured(
                            Over.Mean(
                                $"right-{graph}",
                                rows.Where(r => r.Cell.Graph == graph)
                                    .GroupBy(r => r.Cell.Seed)
                                    .OrderBy(g => g.Key)
                                    .Select(g => g.Min(r => r.Row.Matched == 0 ? 0 : (double)r.Row.Right / r.Row.Matched))
                            )
                        ),
                ]
            )
            .StatedWithoutNumber(HostGraphs.Place)
            .Because($"registration is this library's addition; {HostGraphs.OwnAnalysis}");

    private static Claim Without(IReadOnlyList<Measured<Cell, Row>> rows, string graph)
    {
        return Claim
            .AllOf(
                $"needed-{graph}",
                $"On {HostGraphs.Title(graph)} there is nothing to be found without registration, nor with a wrong key after it",
                Largest("unregistered", r => r.Unregistered, "the largest absolute similarity with shuffled numbers taken for ids"),
                Largest("wrong-key", r => r.WrongKey, "the largest absolute similarity of a wrong key after registration")
            )
            .StatedWithoutNumber(HostGraphs.Place)
            .Because($"the transform is not invariant under permutations; {HostGraphs.OwnAnalysis}");

        Claim Largest(string id, Func<Row, double> value, string text) =>
            Claim
                .Value($"{id}-{graph}", text)
                .Accept(atMost: 5)
                .Measured(
                    Over.Mean(
                        $"{id}-{graph}",
                        rows.Where(r => r.Cell.Graph == graph)
                            .GroupBy(r => r.Cell.Seed)
                            .OrderBy(g => g.Key)
                            .Select(g => g.Max(r => Math.Abs(value(r.Row))))
                    )
                );
    }

    private static IEnumerable<Row> At(IReadOnlyList<Measured<Cell, Row>> rows, string graph, double percent) =>
        rows.Where(r => r.Cell.Graph == graph && r.Cell.FlipsPercent == percent).OrderBy(r => r.Cell.Seed).Select(r => r.Row);
}
