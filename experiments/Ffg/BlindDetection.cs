using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Graphs;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Ffg;

/// <summary>Detection without the original: as order and carriers are secret and random, the host graph is noise of a known size.</summary>
[Experiment("ffg/blind-detection", Paper = "arXiv:2502.04182", Shows = "z without the original, at budgets of 1 % and 2 % of the edges")]
public sealed class BlindDetection : Experiment<BlindDetection.Options, BlindDetection.Cell, BlindDetection.Row>
{
    private static readonly OverSeeds Over = new("ffg/blind-detection");
    private static readonly string[] Real = ["ego-facebook", "ca-grqc", "p2p-gnutella08"];

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The graphs: generated ones, and real ones by their names in the data catalogue.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the graphs: er, ba, ws, or names of the data catalogue")]
        public IReadOnlyList<string> Graphs { get; init; } = HostGraphs.Generated;

        /// <summary>The budgets, in percent of the edges.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the budgets, in percent of the edges")]
        public IReadOnlyList<double> BudgetPercents { get; init; } = [1, 2];

        /// <summary>C, the sampled non-edges; all of them where there are fewer.</summary>
        [Range(1000, 100_000_000)]
        [Description("C, the sampled non-edges; all of them where there are fewer")]
        public int Samples { get; init; } = 2_000_000;
    }

    /// <summary>One marked graph.</summary>
    /// <param name="Graph">The graph.</param>
    /// <param name="BudgetPercent">The budget, in percent of the edges.</param>
    /// <param name="Seed">The seed of the key, and of a generated graph.</param>
    public sealed record Cell(string Graph, double BudgetPercent, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => HostGraphs.Needs(Graph);
    }

    /// <summary>What was measured.</summary>
    /// <param name="MarkFlips">B.</param>
    /// <param name="Score">z of the marked graph.</param>
    /// <param name="PredictedScore">By the closed form B h / sqrt(E).</param>
    /// <param name="UnmarkedScore">z of the original with the same key.</param>
    public sealed record Row(int MarkFlips, double Score, double PredictedScore, double UnmarkedScore);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Seeds = [.. Enumerable.Range(1, 60)], Samples = 20_000 }
            : new Options { Seeds = [.. Enumerable.Range(1, 60)], Graphs = [.. HostGraphs.Generated, .. Real] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from graph in options.Graphs
        from budget in options.BudgetPercents
        // Real graphs are large: a third of the keys there.
        from seed in HostGraphs.Origin(graph) == DataOrigin.Real ? options.Seeds.Take((options.Seeds.Count + 2) / 3) : options.Seeds
        select new Cell(graph, budget, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Graph graph = await HostGraphs.GetAsync(cell.Graph, context, cancellationToken);
        int budget = Math.Max(1, (int)(graph.EdgeCount * cell.BudgetPercent / 100));
        FfgWatermark ffg = new(new FfgOptions { Budget = budget, SampledNonEdges = context.Options.Samples }) { Threads = context.Threads };
        FfgKey key = ffg.GenerateKey(graph, HostGraphs.Secret(context, "owner", cell.Graph));
        FfgEmbedding marked = ffg.Embed(graph, key, context.Progress, cancellationToken);
        yield return new Row(
            budget,
            ffg.Detect(marked.Graph, null, key, cancellationToken).Similarity,
            new WatermarkPlanner(graph.NodeCount, graph.EdgeCount) { Candidates = marked.Candidates }.BlindScore(budget),
            ffg.Detect(graph, null, key, cancellationToken).Similarity
        );
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        string[] graphs = [.. rows.Select(r => r.Cell.Graph).Distinct()];
        yield return new Figure
        {
            Id = "blind-score",
            Title = "z without the original",
            Caption = "Mean over keys with its interval; hollow marks are the closed form. Unmarked graphs have mean 0 and deviation 1.",
            X = new Axis("Graph") { Scale = AxisScale.Category, Categories = [.. graphs.Select(HostGraphs.Title)] },
            Y = new Axis("z"),
            Series =
            [
                .. rows.GroupBy(r => r.Cell.BudgetPercent)
                    .Select(b => new Series($"{OverSeeds.Text(b.Key)} % of the edges", SeriesKind.Bar, [.. Points(b, r => r.Score)])),
                .. rows.Count == 0
                    ? Array.Empty<Series>()
                    : [new Series("unmarked", SeriesKind.Bar, [.. Points(rows, r => r.UnmarkedScore)])],
            ],
            Marks =
            [
                .. rows.GroupBy(r => (r.Cell.Graph, r.Cell.BudgetPercent))
                    .Select(g => new ReferenceMark(Array.IndexOf(graphs, g.Key.Graph), g.Average(r => r.Row.PredictedScore), "predicted")),
            ],
            Width = FigureWidth.Wide,
            Provenance = new Provenance(HostGraphs.OriginOf(graphs)),
        };

        IEnumerable<SeriesPoint> Points(IEnumerable<Measured<Cell, Row>> some, Func<Row, double> value) =>
            some.GroupBy(r => r.Cell.Graph)
                .Select(g => Over.Point(Array.IndexOf(graphs, g.Key), g.OrderBy(r => r.Cell.Seed).Select(r => value(r.Row))));
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (string graph in HostGraphs.Generated.Concat(Real))
        {
            Claim predicted = Claim
                .AllOf(
                    $"as-predicted-{graph}",
                    $"On {HostGraphs.Title(graph)} the mean z without the original is within 0.5 of the prediction",
                    Difference(rows, graph, 1),
                    Difference(rows, graph, 2)
                )
                .StatedWithoutNumber(HostGraphs.Place)
                .Because(
                    $"z has a standard deviation of 1, its mean over 20 keys one of 0.22, over 60 one of 0.13; {HostGraphs.OwnAnalysis}"
                )
                .WithSeedsAtLeast(20);
            yield return HostGraphs.OnItsData(predicted, graph);
            Claim unmarked = Claim
                .Value($"unmarked-{graph}", $"On {HostGraphs.Title(graph)} without a mark the mean z is near 0")
                .StatedWithoutNumber(HostGraphs.Place)
                .Accept(-0.75, 0.75)
                .Because(
                    $"both budgets share a key a seed; the deviation of the mean over 20 keys is 0.22, over 60 it is 0.13; {HostGraphs.OwnAnalysis}"
                )
                .WithSeedsAtLeast(20)
                .Measured(
                    Over.Mean($"unmarked-{graph}", Of(rows, graph).Where(r => r.Cell.BudgetPercent == 1).Select(r => r.Row.UnmarkedScore))
                );
            yield return HostGraphs.OnItsData(unmarked, graph);
        }
        foreach (string graph in Real)
        {
            yield return HostGraphs.OnItsData(
                Claim
                    .Value(
                        $"found-{graph}",
                        $"On {HostGraphs.Title(graph)} a mark of 2 % of the edges is found without the original: mean z"
                    )
                    .StatedWithoutNumber(HostGraphs.Place)
                    .Accept(atLeast: 6)
                    .Because($"6 is a false-positive probability of 1e-9; {HostGraphs.OwnAnalysis}")
                    .Measured(Over.Mean($"found-{graph}", Of(rows, graph).Where(r => r.Cell.BudgetPercent == 2).Select(r => r.Row.Score))),
                graph
            );
        }
    }

    private static Claim Difference(IReadOnlyList<Measured<Cell, Row>> rows, string graph, double budget)
    {
        string id = $"predicted-{graph}-{OverSeeds.Text(budget)}";
        return Claim
            .Difference(id, $"{HostGraphs.Title(graph)}: mean z at {OverSeeds.Text(budget)} % of the edges, minus the predicted one")
            .Accept(-0.5, 0.5)
            .Measured(
                Over.Mean(id, Of(rows, graph).Where(r => r.Cell.BudgetPercent == budget).Select(r => r.Row.Score - r.Row.PredictedScore))
            );
    }

    private static IEnumerable<Measured<Cell, Row>> Of(IReadOnlyList<Measured<Cell, Row>> rows, string graph) =>
        rows.Where(r => r.Cell.Graph == graph).OrderBy(r => r.Cell.Seed);
}
