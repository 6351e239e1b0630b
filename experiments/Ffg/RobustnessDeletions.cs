using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Graphs;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Ffg;

/// <summary>What is left of a mark of 1 % of the edges after nodes or edges have been deleted at random, beside the closed forms.</summary>
[Experiment("ffg/robustness-deletions", Paper = "arXiv:2502.04182", Shows = "Similarity after deleted nodes and deleted edges")]
public sealed class RobustnessDeletions : Experiment<RobustnessDeletions.Options, RobustnessDeletions.Cell, RobustnessDeletions.Row>
{
    private static readonly OverSeeds Over = new("ffg/robustness-deletions");
    private static readonly string[] Kinds = ["nodes", "edges"];
    private static readonly double[] QuickLevels = [10, 30];
    private static readonly double[] FullLevels = [10, 30, 50];
    private static readonly string[] Real = ["ego-facebook", "p2p-gnutella08", "ca-grqc"];

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The graphs: generated ones, and real ones by their names in the data catalogue.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the graphs: er, ba, ws, or names of the data catalogue")]
        public IReadOnlyList<string> Graphs { get; init; } = HostGraphs.Generated;

        /// <summary>The shares that are deleted, in percent.</summary>
        [MinLength(1)]
        [Description("the shares that are deleted, in percent")]
        public IReadOnlyList<double> Percents { get; init; } = QuickLevels;

        /// <summary>The mark's budget, in percent of the edges.</summary>
        [Range(0.001, 100)]
        [Description("the mark's budget, in percent of the edges")]
        public double BudgetPercent { get; init; } = 1;

        /// <summary>C, the sampled non-edges; all of them where there are fewer.</summary>
        [Range(1000, 100_000_000)]
        [Description("C, the sampled non-edges; all of them where there are fewer")]
        public int Samples { get; init; } = 2_000_000;

        /// <summary>Attacks on each marked graph, whose similarities are averaged.</summary>
        [Range(1, 1000)]
        [Description("attacks on each marked graph, whose similarities are averaged")]
        public int Attacks { get; init; } = 10;
    }

    /// <summary>One marked graph, attacked in every way.</summary>
    /// <param name="Graph">The graph.</param>
    /// <param name="Seed">The seed of the key, of a generated graph, and of the attacks.</param>
    public sealed record Cell(string Graph, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => HostGraphs.Needs(Graph);
    }

    /// <summary>What was measured for one kind of deletion and one share.</summary>
    /// <param name="Kind">What was deleted: nodes or edges.</param>
    /// <param name="DeletedPercent">The share that was deleted.</param>
    /// <param name="MarkFlips">B.</param>
    /// <param name="Similarity">The mean over the attacks.</param>
    /// <param name="PredictedSimilarity">By the closed form.</param>
    public sealed record Row(string Kind, double DeletedPercent, int MarkFlips, double Similarity, double PredictedSimilarity);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Seeds = [.. Enumerable.Range(1, 10)] }
            : new Options
            {
                Seeds = [.. Enumerable.Range(1, 10)],
                Graphs = [.. HostGraphs.Generated, .. Real],
                Percents = FullLevels,
                Attacks = 20,
            };

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
        FfgKey key = ffg.GenerateKey(graph, HostGraphs.Secret(context, "owner", cell.Graph));
        FfgEmbedding marked = ffg.Embed(graph, key, context.Progress, cancellationToken);
        WatermarkPlanner planner = new(graph.NodeCount, graph.EdgeCount) { Candidates = marked.Candidates };
        foreach (string kind in Kinds)
        {
            foreach (double percent in options.Percents)
            {
                double share = percent / 100;
                IGraphAttack attack = kind == "nodes" ? new NodeDeletion(share) : new EdgeDeletion(share);
                double sum = 0;
                for (int i = 0; i < options.Attacks; i++)
                {
                    Graph attacked = attack
                        .Apply(marked.Graph, context.Random("attack", cell.Graph, kind, OverSeeds.Text(percent), $"{i}"), cancellationToken)
                        .Graph;
                    sum += ffg.Detect(attacked, graph, key, cancellationToken).Similarity;
                }
                WatermarkPlan plan = kind == "nodes" ? planner.NodeDeletion(budget, share) : planner.EdgeDeletion(budget, share);
                yield return new Row(kind, percent, budget, sum / options.Attacks, plan.Similarity);
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows) =>
        from kind in Kinds
        let graphs = rows.Where(r => r.Row.Kind == kind).GroupBy(r => r.Cell.Graph).ToArray()
        select new Figure
        {
            Id = $"similarity-after-deleted-{kind}",
            Title = $"Similarity after {kind} were deleted, mark of 1 % of the edges",
            Caption =
                "Lines are measured, with the interval over seeds; hollow marks are the closed form. Pairs of deleted nodes are left out of the comparison, so that deleted nodes add no noise.",
            X = new Axis($"Deleted {kind}", "%"),
            Y = new Axis("Similarity") { Minimum = 0 },
            Series =
            [
                .. graphs.Select(g => new Series(
                    HostGraphs.Title(g.Key),
                    SeriesKind.Line,
                    [.. Levels(g).Select(l => Over.Point(l.Key, l.OrderBy(r => r.Cell.Seed).Select(r => r.Row.Similarity)))]
                )),
            ],
            Marks =
            [
                .. graphs.SelectMany(g =>
                    Levels(g).Select(l => new ReferenceMark(l.Key, l.Average(r => r.Row.PredictedSimilarity), "predicted"))
                ),
            ],
            Width = FigureWidth.Wide,
            Provenance = new Provenance(HostGraphs.OriginOf(rows.Select(r => r.Cell.Graph))),
        };

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (string kind in Kinds)
        {
            foreach (string graph in HostGraphs.Generated)
            {
                yield return AsPredicted(rows, graph, kind, QuickLevels, "");
                yield return AsPredicted(rows, graph, kind, FullLevels, "-all-levels").From(Scale.Full);
            }
            foreach (string graph in Real)
            {
                yield return HostGraphs.OnItsData(AsPredicted(rows, graph, kind, FullLevels, ""), graph);
            }
        }
    }

    private static Claim AsPredicted(IReadOnlyList<Measured<Cell, Row>> rows, string graph, string kind, double[] levels, string suffix) =>
        Claim
            .AllOf(
                $"as-predicted-{kind}-{graph}{suffix}",
                $"On {HostGraphs.Title(graph)} the similarity after {string.Join(", ", levels.Select(OverSeeds.Text))} % of the {kind} were deleted is as predicted, within 15 %",
                [.. levels.Select(percent => AtLevel(rows, graph, kind, percent, suffix))]
            )
            .StatedWithoutNumber(HostGraphs.Place)
            .Because($"the mean over seeds and attacks of a similarity whose standard deviation is 1; {HostGraphs.OwnAnalysis}");

    private static Claim AtLevel(IReadOnlyList<Measured<Cell, Row>> rows, string graph, string kind, double percent, string suffix)
    {
        string id = $"predicted-{kind}-{graph}-{OverSeeds.Text(percent)}{suffix}";
        return Claim
            .Value(
                id,
                $"{HostGraphs.Title(graph)}: mean similarity after {OverSeeds.Text(percent)} % of the {kind} were deleted, over the predicted one"
            )
            .Accept(0.85, 1.15)
            .Measured(
                Over.OverPrediction(
                    id,
                    rows.Where(r => r.Cell.Graph == graph && r.Row.Kind == kind && r.Row.DeletedPercent == percent)
                        .OrderBy(r => r.Cell.Seed)
                        .Select(r => (r.Row.Similarity, r.Row.PredictedSimilarity))
                )
            );
    }

    private static IEnumerable<IGrouping<double, Measured<Cell, Row>>> Levels(IEnumerable<Measured<Cell, Row>> rows) =>
        rows.GroupBy(r => r.Row.DeletedPercent).OrderBy(l => l.Key);
}
