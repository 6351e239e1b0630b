using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Graphs;
using ResearchKit.Metrics;
using ResearchKit.Numerics;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Ffg;

/// <summary>
/// What is left of a mark of 1 % of the edges after random pairs have been flipped, from a few percent of the edges to several times their number, beside the closed form.
/// </summary>
[Experiment("ffg/robustness-flips", Paper = "arXiv:2502.04182", Shows = "Similarity after random pair flips")]
public sealed class RobustnessFlips : Experiment<RobustnessFlips.Options, RobustnessFlips.Cell, RobustnessFlips.Row>
{
    private const double Threshold = 6;
    private const string Survivor = "ego-facebook";

    private static readonly double[] QuickLevels = [5, 50];
    private static readonly double[] FullLevels = [5, 50, 100, 200];

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The generated graphs.</summary>
        [PlanOnly]
        public IReadOnlyList<string> Graphs { get; init; } = HostGraphs.Generated;

        /// <summary>The real graphs, as named in the data catalogue.</summary>
        [PlanOnly]
        public IReadOnlyList<string> Data { get; init; } = [];

        /// <summary>The attack's flips, in percent of the edges.</summary>
        [MinLength(1)]
        public IReadOnlyList<double> FlipsPercents { get; init; } = QuickLevels;

        /// <summary>The mark's budget, in percent of the edges.</summary>
        [Range(0.001, 100)]
        public double BudgetPercent { get; init; } = 1;

        /// <summary>m, the number of carriers; fewer where the graph has fewer orbits.</summary>
        [Range(1, 1_000_000)]
        public int Length { get; init; } = 512;

        /// <summary>Attacks on each marked graph, whose similarities are averaged: the noise of one attack has a standard deviation of 1.</summary>
        [Range(1, 1000)]
        public int Attacks { get; init; } = 10;
    }

    /// <summary>One marked graph, attacked at every level.</summary>
    /// <param name="Graph">The graph.</param>
    /// <param name="Seed">The seed of the key, of a generated graph, and of the attacks.</param>
    public sealed record Cell(string Graph, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => HostGraphs.Needs(Graph);
    }

    /// <summary>What was measured at one level.</summary>
    /// <param name="FlipsPercent">The attack's flips, in percent of the edges.</param>
    /// <param name="Nodes">N.</param>
    /// <param name="Edges">E.</param>
    /// <param name="MarkFlips">B.</param>
    /// <param name="AttackFlips">R.</param>
    /// <param name="Similarity">The mean over the attacks.</param>
    /// <param name="PredictedSimilarity">By the closed form.</param>
    /// <param name="DetectedShare">The share of attacks after which the similarity exceeds 6.</param>
    public sealed record Row(
        double FlipsPercent,
        int Nodes,
        int Edges,
        int MarkFlips,
        int AttackFlips,
        double Similarity,
        double PredictedSimilarity,
        double DetectedShare
    );

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Seeds = [.. Enumerable.Range(1, 10)] }
            : new Options
            {
                Seeds = [.. Enumerable.Range(1, 10)],
                Data = HostGraphs.Real,
                FlipsPercents = FullLevels,
            };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from graph in options.Graphs.Concat(options.Data)
        from seed in options.Seeds
        select new Cell(graph, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Options options = context.Options;
        Graph graph = await HostGraphs.GetAsync(cell.Graph, context, cancellationToken);
        int length = (int)Math.Min(options.Length, Orbit.Count(graph.NodeCount));
        int budget = Math.Max(1, (int)(graph.EdgeCount * options.BudgetPercent / 100));
        FfgWatermark ffg = new(
            new FfgOptions
            {
                Candidates = CandidateRule.Dense,
                Length = length,
                Budget = budget,
            }
        )
        {
            Threads = context.Threads,
        };
        FfgKey key = ffg.GenerateKey(GraphInfo.Of(graph), HostGraphs.Secret(context, "owner", cell.Graph));
        Graph marked = ffg.Embed(graph, key, context.Progress, cancellationToken).Graph;
        WatermarkPlanner planner = new(graph.NodeCount, graph.EdgeCount) { Length = length };
        foreach (double percent in options.FlipsPercents)
        {
            int flips = (int)(graph.EdgeCount * percent / 100);
            double[] similarities = new double[options.Attacks];
            for (int i = 0; i < similarities.Length; i++)
            {
                RandomStream attacker = context.Random("attack", cell.Graph, Text(percent), Text(i));
                Graph attacked = RandomPairFlips.OfCount(flips).Apply(marked, attacker, cancellationToken).Graph;
                similarities[i] = ffg.Detect(attacked, graph, key, cancellationToken).Similarity;
            }
            yield return new Row(
                percent,
                graph.NodeCount,
                graph.EdgeCount,
                budget,
                flips,
                similarities.Average(),
                planner.RandomFlips(budget, flips).Similarity,
                similarities.Count(s => s > Threshold) / (double)similarities.Length
            );
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return Similarities(rows, DataOrigin.Generated, "generated");
        if (rows.Any(r => HostGraphs.Origin(r.Cell.Graph) == DataOrigin.Real))
        {
            yield return Similarities(rows, DataOrigin.Real, "real");
        }
    }

    private static Figure Similarities(IReadOnlyList<Measured<Cell, Row>> rows, DataOrigin origin, string slug)
    {
        (string Graph, (double Percent, Row[] Rows)[] Levels)[] graphs =
        [
            .. rows.Where(r => HostGraphs.Origin(r.Cell.Graph) == origin)
                .GroupBy(r => r.Cell.Graph)
                .Select(g =>
                    (
                        g.Key,
                        g.OrderBy(r => r.Cell.Seed)
                            .GroupBy(r => r.Row.FlipsPercent, r => r.Row)
                            .OrderBy(l => l.Key)
                            .Select(l => (l.Key, l.ToArray()))
                            .ToArray()
                    )
                ),
        ];
        return new Figure
        {
            Id = $"similarity-after-flips-{slug}",
            Title = $"Similarity after random pair flips, mark of 1 % of the edges, {slug} graphs",
            Caption =
                "Lines are measured, with the interval over seeds; hollow marks are the closed form. A similarity above 6 is a detection with a false-positive probability of 1e-9.",
            X = new Axis("Random flips", "% of the edges") { Scale = AxisScale.Log },
            Y = new Axis("Similarity") { Minimum = 0 },
            Series =
            [
                .. graphs.Select(g => new Series(
                    HostGraphs.Title(g.Graph),
                    SeriesKind.Line,
                    [.. g.Levels.Select(l => Point(g.Graph, l.Percent, [.. l.Rows.Select(r => r.Similarity)]))]
                )),
            ],
            Marks =
            [
                .. graphs.SelectMany(g =>
                    g.Levels.Select(l => new ReferenceMark(l.Percent, l.Rows.Average(r => r.PredictedSimilarity), "predicted"))
                ),
            ],
            Width = FigureWidth.Wide,
            Provenance = new Provenance(origin),
        };
    }

    private static SeriesPoint Point(string graph, double percent, double[] values)
    {
        Estimate e = Intervals.OfSeeds(values, Stream("figure", graph, Text(percent)));
        return new SeriesPoint(percent, e.Value, e.Low, e.High);
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (string graph in HostGraphs.Generated)
        {
            yield return AsPredicted(rows, graph, QuickLevels, "");
            yield return AsPredicted(rows, graph, FullLevels, "-all-levels").From(Scale.Full).WithSeedsAtLeast(10);
        }
        foreach (string graph in HostGraphs.JudgedReal)
        {
            yield return AsPredicted(rows, graph, FullLevels, "")
                .Requires($"data:{graph}")
                .From(Scale.Full)
                .On(DataOrigin.Real)
                .WithSeedsAtLeast(10);
        }
        double[] similarities = Values(rows, Survivor, 100, r => r.Similarity);
        double[] shares = Values(rows, Survivor, 100, r => r.DetectedShare);
        yield return Claim
            .AllOf(
                "survival",
                "On ego-Facebook a mark of 1 % of the edges survives as many random flips as there are edges",
                Claim
                    .Value("survival-similarity", "the similarity after flips of 100 % of the edges")
                    .Accept(atLeast: Threshold)
                    .Measured(similarities.Length == 0 ? null : Intervals.OfSeeds(similarities, Stream("survival-similarity"))),
                Claim
                    .Value("survival-rate", "the share of attacks after which the mark is detected")
                    .Accept(atLeast: 0.9)
                    .Measured(shares.Length == 0 ? null : Intervals.OfSeeds(shares, Stream("survival-rate")))
            )
            .StatedWithoutNumber(HostGraphs.Place)
            .Because($"random flips add noise to every carrier, but hit the mark itself rarely; {HostGraphs.OwnAnalysis}")
            .Requires($"data:{Survivor}")
            .From(Scale.Full)
            .On(DataOrigin.Real);
    }

    private static Claim AsPredicted(IReadOnlyList<Measured<Cell, Row>> rows, string graph, double[] levels, string suffix) =>
        Claim
            .AllOf(
                $"as-predicted-{graph}{suffix}",
                $"On {HostGraphs.Title(graph)} the similarity after random flips of {string.Join(", ", levels.Select(Text))} % of the edges is as predicted, within 10 %",
                [.. levels.Select(level => AtLevel(rows, graph, level, suffix))]
            )
            .StatedWithoutNumber(HostGraphs.Place)
            .Because($"the mean over seeds and attacks of a similarity whose standard deviation is 1; {HostGraphs.OwnAnalysis}");

    private static Claim AtLevel(IReadOnlyList<Measured<Cell, Row>> rows, string graph, double level, string suffix)
    {
        string id = $"predicted-{graph}-{Text(level)}{suffix}";
        double[] measured = Values(rows, graph, level, r => r.Similarity);
        double[] predicted = Values(rows, graph, level, r => r.PredictedSimilarity);
        // The mean of a small similarity may come out near zero on one seed: the ratio is that of means, not a mean of ratios.
        double[] shares = [.. measured.Select(m => m / predicted.Average())];
        return Claim
            .Value(id, $"{HostGraphs.Title(graph)}: mean similarity after flips of {Text(level)} % of the edges, over the predicted one")
            .Accept(0.9, 1.1)
            .Measured(measured.Length == 0 ? null : Intervals.OfSeeds(shares, Stream(id)));
    }

    private static double[] Values(IReadOnlyList<Measured<Cell, Row>> rows, string graph, double level, Func<Row, double> value) =>
        [.. rows.Where(r => r.Cell.Graph == graph && r.Row.FlipsPercent == level).OrderBy(r => r.Cell.Seed).Select(r => value(r.Row))];

    private static RandomStream Stream(params ReadOnlySpan<string> purpose) =>
        RandomStream.Named(["ffg/robustness-flips", .. purpose, "bootstrap"]);

    private static string Text(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
