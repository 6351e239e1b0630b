using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Graphs;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Ffg;

/// <summary>Every copy is found with its own key and with no other: the similarity of K keys with K marked copies.</summary>
[Experiment("ffg/uniqueness", Paper = "arXiv:2502.04182", Shows = "Similarity of every key with every copy")]
public sealed class Uniqueness : Experiment<Uniqueness.Options, Uniqueness.Cell, Uniqueness.Row>
{
    private const string Facebook = "ego-facebook";
    private static readonly OverSeeds Over = new("ffg/uniqueness");

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The graphs: generated ones, and real ones by their names in the data catalogue.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the graphs: er, ba, ws, or names of the data catalogue")]
        public IReadOnlyList<string> Graphs { get; init; } = ["ba"];

        /// <summary>How many keys, and copies.</summary>
        [Range(2, 10_000)]
        [Description("how many keys, and copies")]
        public int Keys { get; init; } = 20;

        /// <summary>The mark's budget, in percent of the edges.</summary>
        [Range(0.001, 100)]
        [Description("the mark's budget, in percent of the edges")]
        public double BudgetPercent { get; init; } = 1;

        /// <summary>C, the sampled non-edges.</summary>
        [Range(1000, 100_000_000)]
        [Description("C, the sampled non-edges; all of them where there are fewer")]
        public int Samples { get; init; } = 150_000;
    }

    /// <summary>All keys and copies of one graph.</summary>
    /// <param name="Graph">The graph.</param>
    /// <param name="Seed">The seed of the keys, and of a generated graph.</param>
    public sealed record Cell(string Graph, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => HostGraphs.Needs(Graph);
    }

    /// <summary>One copy against all keys.</summary>
    /// <param name="Copy">The copy, from 0.</param>
    /// <param name="Own">The similarity with its own key.</param>
    /// <param name="OthersMean">The mean similarity with the other keys.</param>
    /// <param name="OthersMeanSquare">The mean of its square.</param>
    /// <param name="OthersMaximum">The largest absolute value.</param>
    public sealed record Row(int Copy, double Own, double OthersMean, double OthersMeanSquare, double OthersMaximum);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick ? new Options { Seeds = [1, 2, 3, 4, 5] } : new Options { Graphs = ["ba", Facebook], Keys = 100 };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        options.Graphs.SelectMany(graph => options.Seeds.Select(seed => new Cell(graph, seed)));

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Options options = context.Options;
        Graph graph = await HostGraphs.GetAsync(cell.Graph, context, cancellationToken);
        int budget = Math.Max(1, (int)(graph.EdgeCount * options.BudgetPercent / 100));
        FfgWatermark ffg = new(new FfgOptions { Budget = budget, SampledNonEdges = options.Samples }) { Threads = context.Threads };
        GraphInfo info = GraphInfo.Of(graph);
        FfgKey[] keys =
        [
            .. Enumerable.Range(0, options.Keys).Select(i => ffg.GenerateKey(info, HostGraphs.Secret(context, "key", cell.Graph, $"{i}"))),
        ];
        for (int copy = 0; copy < keys.Length; copy++)
        {
            Graph marked = ffg.Embed(graph, keys[copy], progress: null, cancellationToken).Graph;
            double[] similarities = [.. keys.Select(key => ffg.Detect(marked, graph, key, cancellationToken).Similarity)];
            double[] others = [.. similarities.Where((_, i) => i != copy)];
            yield return new Row(copy, similarities[copy], others.Average(), others.Average(s => s * s), others.Max(Math.Abs));
            context.Progress.Report((copy + 1.0) / keys.Length);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return new Figure
        {
            Id = "own-and-other-keys",
            Title = "Similarity of every copy with its own key, and the largest with another",
            X = new Axis("Similarity"),
            Y = new Axis("Share of copies"),
            Series =
            [
                .. rows.GroupBy(r => r.Cell.Graph)
                    .SelectMany(g =>
                        new[]
                        {
                            new Series(
                                $"{HostGraphs.Title(g.Key)}, own key",
                                SeriesKind.Ecdf,
                                [.. g.Select(r => new SeriesPoint(r.Row.Own, 0))]
                            ),
                            new Series(
                                $"{HostGraphs.Title(g.Key)}, largest of others",
                                SeriesKind.Ecdf,
                                [.. g.Select(r => new SeriesPoint(r.Row.OthersMaximum, 0))]
                            ),
                        }
                    ),
            ],
            Provenance = new Provenance(HostGraphs.OriginOf(rows.Select(r => r.Cell.Graph))),
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows) =>
        new[] { ("ba", 10.0), (Facebook, 15.0) }.Select(c => HostGraphs.OnItsData(Unique(rows, c.Item1, c.Item2), c.Item1));

    private static Claim Unique(IReadOnlyList<Measured<Cell, Row>> rows, string graph, double least)
    {
        IGrouping<int, Row>[] seeds = [.. rows.Where(r => r.Cell.Graph == graph).GroupBy(r => r.Cell.Seed, r => r.Row).OrderBy(g => g.Key)];
        return Claim
            .AllOf(
                $"unique-{graph}",
                $"On {HostGraphs.Title(graph)} every copy is found with its own key, and with no other",
                Claim
                    .Value($"own-{graph}", "the smallest similarity with the copy's own key")
                    .Accept(atLeast: least)
                    .Measured(Over.Mean($"own-{graph}", seeds.Select(g => g.Min(r => r.Own)))),
                Claim
                    .Value($"others-{graph}", "the largest absolute similarity with another key")
                    .Accept(atMost: 5)
                    .Measured(Over.Mean($"others-{graph}", seeds.Select(g => g.Max(r => r.OthersMaximum)))),
                Claim
                    .Value($"others-deviation-{graph}", "the root mean square of the similarities with other keys")
                    .Accept(0.93, 1.07)
                    .Measured(Over.Mean($"others-deviation-{graph}", seeds.Select(g => Math.Sqrt(g.Average(r => r.OthersMeanSquare)))))
            )
            .StatedWithoutNumber(HostGraphs.Place)
            .Because(
                $"another key's similarity is a standard normal number; a budget of 1 % of a small graph is worth less; {HostGraphs.OwnAnalysis}"
            );
    }
}
