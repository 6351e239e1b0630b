using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Graphs;
using ResearchKit.Numerics;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Ffg;

/// <summary>
/// The paper's own form: a field of a given strength, rounded at one half. How many pairs it flips, how well it is found again, and how far the extracted vector is from
/// the key: hardly nearer than nothing, so that a fixed distance threshold never fires.
/// </summary>
[Experiment("ffg/strength-distortion", Paper = "arXiv:2502.04182", Shows = "Flips and similarity of the rounded field at three strengths")]
public sealed class StrengthDistortion : Experiment<StrengthDistortion.Options, StrengthDistortion.Cell, StrengthDistortion.Row>
{
    private const double Noticeable = 3.5;
    private static readonly OverSeeds Over = new("ffg/strength-distortion");

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The generated graphs.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the generated graphs: er, ba, ws")]
        public IReadOnlyList<string> Graphs { get; init; } = HostGraphs.Generated;

        /// <summary>tau: one half is so many standard deviations of the field.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("one half in standard deviations of the field")]
        public IReadOnlyList<double> Taus { get; init; } = [3, Noticeable];

        /// <summary>m, the number of carriers.</summary>
        [Range(1, 100_000)]
        [Description("m, the number of carriers")]
        public int Length { get; init; } = 1000;

        /// <summary>Keys that have nothing to do with the mark, tried on each marked graph.</summary>
        [Range(2, 100_000)]
        [Description("wrong keys that are tried on each marked graph")]
        public int WrongKeys { get; init; } = 110;
    }

    /// <summary>One marked graph.</summary>
    /// <param name="Carriers">Which coefficients: largest or random.</param>
    /// <param name="Graph">The graph.</param>
    /// <param name="Tau">One half in standard deviations of the field.</param>
    /// <param name="Seed">The seed of the graph and of the key.</param>
    public sealed record Cell(CarrierRule Carriers, string Graph, double Tau, int Seed);

    /// <summary>What was measured.</summary>
    /// <param name="Sigma">The strength in Fourier units.</param>
    /// <param name="Flips">The pairs that were flipped.</param>
    /// <param name="PredictedFlips">All pairs times Q(tau).</param>
    /// <param name="Similarity">Of the marked graph with its key.</param>
    /// <param name="PredictedSimilarity">For as many flips as there were.</param>
    /// <param name="RelativeDistance">The distance of the extracted vector to the key, over the key's length.</param>
    /// <param name="WrongKeyMean">The mean similarity over wrong keys; none where the carriers are the largest, which all keys share.</param>
    /// <param name="WrongKeyDeviation">Its standard deviation.</param>
    /// <param name="WrongKeyMaximum">The largest.</param>
    public sealed record Row(
        double Sigma,
        int Flips,
        double PredictedFlips,
        double Similarity,
        double PredictedSimilarity,
        double RelativeDistance,
        double? WrongKeyMean,
        double? WrongKeyDeviation,
        double? WrongKeyMaximum
    );

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options()
            : new Options
            {
                Seeds = [.. Enumerable.Range(1, 20)],
                Taus = [3, Noticeable, 4],
                WrongKeys = 100,
            };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from carriers in new[] { CarrierRule.Random, CarrierRule.Largest }
        from graph in options.Graphs
        from tau in options.Taus
        from seed in options.Seeds
        select new Cell(carriers, graph, tau, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Graph graph = await HostGraphs.GetAsync(cell.Graph, context, cancellationToken);
        // The strength is set by the expected share of flips; the field's deviation, and so sigma, follows from the carriers' orbits.
        FfgWatermark ffg = new(
            new FfgOptions
            {
                Mode = FfgMode.PaperThreshold,
                Carriers = cell.Carriers,
                Length = context.Options.Length,
                FlipRate = StandardNormal.UpperTail(cell.Tau),
            }
        )
        {
            Threads = context.Threads,
        };
        FfgKey key = ffg.GenerateKey(graph, HostGraphs.Secret(context, "owner", cell.Graph));
        FfgEmbedding marked = ffg.Embed(graph, key, context.Progress, cancellationToken);
        FfgDetection found = ffg.Detect(marked.Graph, graph, key, cancellationToken);
        double[] wrong = new double[cell.Carriers == CarrierRule.Random ? context.Options.WrongKeys : 0];
        GraphInfo info = GraphInfo.Of(graph);
        for (int i = 0; i < wrong.Length; i++)
        {
            FfgKey other = ffg.GenerateKey(info, HostGraphs.Secret(context, "wrong", cell.Graph, OverSeeds.Text(cell.Tau), $"{i}"));
            wrong[i] = ffg.Detect(marked.Graph, graph, other, cancellationToken).Similarity;
        }
        WatermarkPlanner planner = new(graph.NodeCount, graph.EdgeCount) { Length = context.Options.Length, Phases = false };
        double unmarked = ffg.Detect(graph, graph, key, cancellationToken).L2Distance;
        double? mean = wrong.Length == 0 ? null : wrong.Average();
        yield return new Row(
            // The distance of a graph without differences is the length of the key.
            unmarked / Math.Sqrt(context.Options.Length),
            marked.Edits.Count,
            graph.PairCount * StandardNormal.UpperTail(cell.Tau),
            found.Similarity,
            planner.NoAttack(marked.Edits.Count).Similarity,
            found.L2Distance / unmarked,
            mean,
            mean is null ? null : Math.Sqrt(wrong.Sum(w => (w - mean.Value) * (w - mean.Value)) / (wrong.Length - 1)),
            wrong.Length == 0 ? null : wrong.Max()
        );
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return new Figure
        {
            Id = "similarity-against-flips",
            Title = "Similarity against flips of the rounded field",
            Caption =
                "One point a key; hollow marks are the closed form at the number of flips there were, for carriers whose flips come in mirrored twins.",
            X = new Axis("Flipped pairs") { Scale = AxisScale.Log },
            Y = new Axis("Similarity") { Minimum = 0 },
            Series =
            [
                .. rows.GroupBy(r => (r.Cell.Graph, r.Cell.Carriers))
                    .Select(g => new Series(
                        $"{HostGraphs.Title(g.Key.Graph)}, {g.Key.Carriers.ToString().ToLowerInvariant()}",
                        SeriesKind.Scatter,
                        [.. g.Where(r => r.Row.Flips > 0).Select(r => new SeriesPoint(r.Row.Flips, r.Row.Similarity))]
                    )),
            ],
            Marks =
            [
                .. rows.Where(r => r.Row.Flips > 0)
                    .Select(r => (r.Row.Flips, r.Row.PredictedSimilarity))
                    .Distinct()
                    .Order()
                    .Select(p => new ReferenceMark(p.Flips, p.PredictedSimilarity, "predicted")),
            ],
            Width = FigureWidth.Wide,
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (string graph in HostGraphs.Generated)
        {
            yield return Claim
                .AllOf(
                    $"flips-{graph}",
                    $"On {HostGraphs.Title(graph)} a field with random carriers flips as many pairs as Q(tau) predicts, within 20 %",
                    Flips(rows, graph, 3),
                    Flips(rows, graph, Noticeable)
                )
                .StatedWithoutNumber(HostGraphs.Place)
                .Because($"the flips of one key vary by a factor of two; {HostGraphs.OwnAnalysis}")
                .From(Scale.Full)
                .WithSeedsAtLeast(20);
            yield return Claim
                .AllOf(
                    $"similarity-{graph}",
                    $"On {HostGraphs.Title(graph)} the similarity of random carriers is as predicted for the flips there were, within 10 %",
                    Similarity(rows, graph, 3),
                    Similarity(rows, graph, Noticeable)
                )
                .StatedWithoutNumber(HostGraphs.Place)
                .Because($"every flip brings its mirror image, so half of them carry no information; {HostGraphs.OwnAnalysis}")
                .WithSeedsAtLeast(3);
        }
        yield return WrongKeys(rows);
        yield return Claim
            .Value(
                "distance",
                "A marked graph is hardly nearer to the key than an unmarked one: the relative distance at tau = 3 is between 0.9 and 1"
            )
            .StatedWithoutNumber(HostGraphs.Place)
            .Accept(0.9, 0.9995)
            .Because(
                $"rounding keeps 2 tau phi(tau), some percent, of the amplitude, so a distance threshold must follow from a false-alarm rate; {HostGraphs.OwnAnalysis}"
            )
            .Measured(Over.Mean("distance", BySeed(rows.Where(r => r.Cell.Tau == 3)).Select(g => g.Average(r => r.Row.RelativeDistance))));
        yield return Claim
            .Difference(
                "lattice",
                "On Watts-Strogatz the largest coefficients lie together and are worth less than random ones: similarity at tau = 3.5, random minus largest"
            )
            .StatedWithoutNumber(HostGraphs.Place)
            .Accept(atLeast: 0)
            .Because(
                $"the spectrum of a lattice is one diagonal, and a field of neighbouring waves flips pairs in clumps; {HostGraphs.OwnAnalysis}"
            )
            .Measured(
                Over.Mean(
                    "lattice",
                    BySeed(rows.Where(r => r.Cell.Graph == "ws" && r.Cell.Tau == Noticeable))
                        .Where(g => g.Count() == 2)
                        .Select(g => g.Sum(r => r.Cell.Carriers == CarrierRule.Random ? r.Row.Similarity : -r.Row.Similarity))
                )
            );
    }

    private static Claim Flips(IReadOnlyList<Measured<Cell, Row>> rows, string graph, double tau)
    {
        string id = $"flips-{graph}-{OverSeeds.Text(tau)}";
        return Claim
            .Value(id, $"{HostGraphs.Title(graph)}: mean flips at tau = {OverSeeds.Text(tau)} over the predicted ones")
            .Accept(0.8, 1.2)
            .Measured(Over.OverPrediction(id, Random(rows, graph, tau).Select(r => ((double)r.Flips, r.PredictedFlips))));
    }

    private static Claim Similarity(IReadOnlyList<Measured<Cell, Row>> rows, string graph, double tau)
    {
        string id = $"similarity-{graph}-{OverSeeds.Text(tau)}";
        return Claim
            .Value(id, $"{HostGraphs.Title(graph)}: mean similarity at tau = {OverSeeds.Text(tau)} over the predicted one")
            .Accept(0.9, 1.1)
            .Measured(Over.OverPrediction(id, Random(rows, graph, tau).Select(r => (r.Similarity, r.PredictedSimilarity))));
    }

    private static Claim WrongKeys(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        IGrouping<int, Measured<Cell, Row>>[] seeds = [.. BySeed(rows.Where(r => r.Row.WrongKeyMean is not null))];
        return Claim
            .AllOf(
                "wrong-keys",
                "Keys that have nothing to do with the mark give similarities of a standard normal distribution, none of them a detection",
                Claim
                    .Value("wrong-keys-mean", "the mean over wrong keys")
                    .Accept(-0.1, 0.1)
                    .Measured(Over.Mean("wrong-keys-mean", seeds.Select(g => g.Average(r => r.Row.WrongKeyMean!.Value)))),
                Claim
                    .Value("wrong-keys-deviation", "the standard deviation over wrong keys")
                    .Accept(0.95, 1.05)
                    .Measured(
                        Over.Mean(
                            "wrong-keys-deviation",
                            seeds.Select(g => Math.Sqrt(g.Average(r => r.Row.WrongKeyDeviation!.Value * r.Row.WrongKeyDeviation.Value)))
                        )
                    ),
                Claim
                    .Value("wrong-keys-maximum", "the largest similarity of a wrong key")
                    .Accept(atMost: 6)
                    .Measured(Over.Mean("wrong-keys-maximum", seeds.Select(g => g.Max(r => r.Row.WrongKeyMaximum!.Value))))
            )
            .StatedWithoutNumber(HostGraphs.Place)
            .Because(HostGraphs.OwnAnalysis);
    }

    private static IEnumerable<Row> Random(IReadOnlyList<Measured<Cell, Row>> rows, string graph, double tau) =>
        rows.Where(r => r.Cell is { Carriers: CarrierRule.Random } cell && cell.Graph == graph && cell.Tau == tau)
            .OrderBy(r => r.Cell.Seed)
            .Select(r => r.Row);

    private static IEnumerable<IGrouping<int, Measured<Cell, Row>>> BySeed(IEnumerable<Measured<Cell, Row>> rows) =>
        rows.GroupBy(r => r.Cell.Seed).OrderBy(g => g.Key);
}
