using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Graphs;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Ffg;

/// <summary>Time against the number of nodes: FFG with transforms, FFG with sampled candidates, its detection, and the two earlier schemes.</summary>
[Experiment("ffg/time-vs-size", Paper = "arXiv:2502.04182", Shows = "Time of marking and detecting against the number of nodes")]
public sealed class TimeVsSize : Experiment<TimeVsSize.Options, TimeVsSize.Cell, TimeVsSize.Row>
{
    internal const string Dense = "FFG, dense embed";
    internal const string Sparse = "FFG, sparse embed";
    internal const string Extract = "FFG, sparse extract";
    internal const string Merge = "FFG, comparison alone";
    internal const string Zhao = "Zhao et al., embed and detect";
    internal const string Eppstein = "Eppstein et al., embed and detect";
    private const int Flips = 200;
    private const int EdgesPerNode = 5;
    private static readonly OverSeeds Over = new("ffg/time-vs-size");

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>N.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the numbers of nodes")]
        public IReadOnlyList<int> Nodes { get; init; } = [500, 1000, 2000];

        /// <summary>The largest N whose dense form is measured.</summary>
        [PlanOnly]
        [Range(3, 100_000)]
        [Description("the largest number of nodes at which all pairs are candidates")]
        public int DenseUpTo { get; init; } = 8192;

        /// <summary>The largest N of the earlier schemes.</summary>
        [PlanOnly]
        [Range(3, 10_000_000)]
        [Description("the largest number of nodes for the earlier schemes")]
        public int BaselinesUpTo { get; init; } = 100_000;
    }

    /// <summary>One step of one scheme at one size.</summary>
    /// <param name="System">The scheme and the step.</param>
    /// <param name="Nodes">N.</param>
    /// <param name="Seed">The seed of graph and key.</param>
    [Timing(WarmUp = 1, Repeats = 3)]
    public sealed record Cell(string System, int Nodes, int Seed);

    /// <summary>What was measured.</summary>
    /// <param name="Edges">E.</param>
    /// <param name="Seconds">The best of three after one warm-up.</param>
    public sealed record Row(int Edges, double Seconds);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick ? new Options() : new Options { Nodes = [512, 1024, 2048, 4096, 8192, 32_768, 131_072, 1_000_000] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from nodes in options.Nodes
        from system in new[] { Dense, Sparse, Merge, Extract, Zhao, Eppstein }
        where system != Dense || nodes <= options.DenseUpTo
        where (system != Zhao && system != Eppstein) || nodes <= options.BaselinesUpTo
        from seed in options.Seeds
        select new Cell(system, nodes, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Graph graph = RandomGraphs.BarabasiAlbert(cell.Nodes, EdgesPerNode, context.Random("graph", $"{cell.Nodes}"));
        double seconds = await Task.Run(
            () => Best(Step(cell.System, graph, context, cancellationToken), cancellationToken),
            cancellationToken
        );
        yield return new Row(graph.EdgeCount, seconds);
    }

    private static Action Step(string system, Graph graph, CellContext<Options> context, CancellationToken cancellationToken)
    {
        byte[] secret = HostGraphs.Secret(context, "owner");
        FfgWatermark ffg = new(
            new FfgOptions { Budget = Flips, Candidates = system == Dense ? CandidateRule.Dense : CandidateRule.Sampled }
        )
        {
            Threads = context.Threads,
        };
        switch (system)
        {
            case Dense or Sparse:
                FfgKey key = ffg.GenerateKey(graph, secret);
                return () => ffg.Embed(graph, key, progress: null, cancellationToken);
            case Extract or Merge:
                FfgKey owner = ffg.GenerateKey(graph, secret);
                // Without differences all that detection does is to derive the key and to compare the graphs.
                Graph suspect = system == Merge ? graph : ffg.Embed(graph, owner, progress: null, cancellationToken).Graph;
                return () => ffg.Detect(suspect, graph, owner, cancellationToken);
            default:
                WatermarkOwner other = (system == Zhao ? WatermarkSchemes.Zhao : WatermarkSchemes.Eppstein).For(
                    graph,
                    Flips,
                    context.Threads
                );
                object theirs = other.GenerateKey(secret);
                return () => other.Detect(other.Embed(theirs, cancellationToken).Graph, theirs, cancellationToken);
        }
    }

    private static double Best(Action step, CancellationToken cancellationToken)
    {
        step();
        double best = double.PositiveInfinity;
        for (int i = 0; i < 3; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            step();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return new Figure
        {
            Id = "time-vs-size",
            Title = "Time against the number of nodes, Barabási–Albert graphs of 5 edges a node",
            Caption = "A mark of 200 flips. The best of three.",
            X = new Axis("Nodes") { Scale = AxisScale.Log },
            Y = new Axis("Time", "s") { Scale = AxisScale.Log },
            Series =
            [
                .. rows.GroupBy(r => r.Cell.System)
                    .Select(g => new Series(
                        g.Key,
                        SeriesKind.Line,
                        [
                            .. g.GroupBy(r => r.Cell.Nodes)
                                .OrderBy(n => n.Key)
                                .Select(n => Over.Point(n.Key, n.OrderBy(r => r.Cell.Seed).Select(r => r.Row.Seconds))),
                        ]
                    )),
            ],
            Width = FigureWidth.Wide,
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return Claim
            .Value("exponent", "With transforms the time of marking grows as a power of N between 1.9 and 2.4")
            .Published(2, HostGraphs.Place)
            .Accept(1.9, 2.4)
            .Because("the paper states O(N^2 log N); sizes from 512 to 8192 and the constant parts of small ones")
            .OnTiming()
            .From(Scale.Full)
            .Measured(
                Over.Mean(
                    "exponent",
                    Seeds(rows).Select(seed => Exponent([.. seed.Where(r => r.Cell.System == Dense && r.Cell.Nodes >= 1024)]))
                )
            );
        yield return Claim
            .Ratio(
                "extract",
                "Beyond the comparison of the two edge lists, detection of 200 flips takes as long on the largest graph as on the smallest, within a factor of two"
            )
            .StatedWithoutNumber(HostGraphs.Place)
            .Accept(atMost: 2)
            .Because($"O(m|D|) after O(E); {HostGraphs.OwnAnalysis}")
            .OnTiming()
            .From(Scale.Full)
            .Measured(Over.Mean("extract", Seeds(rows).Select(ExtractRatio)));
        yield return Claim
            .Ratio(
                "sparse",
                "From the largest dense size on, sampled candidates are marked faster than all pairs: time of dense over sparse at the largest size of both"
            )
            .StatedWithoutNumber(HostGraphs.Place)
            .Accept(atLeast: 1)
            .Because($"O(m(E + C)) beside O(N^2 log N); {HostGraphs.OwnAnalysis}")
            .OnTiming()
            .From(Scale.Full)
            .Measured(Over.Mean("sparse", Seeds(rows).Select(DenseOverSparse)));
    }

    private static double Exponent(Measured<Cell, Row>[] rows)
    {
        if (rows.Length < 2)
        {
            return double.NaN;
        }
        double[] x = [.. rows.Select(r => Math.Log(r.Cell.Nodes))];
        double[] y = [.. rows.Select(r => Math.Log(r.Row.Seconds))];
        double meanX = x.Average();
        double meanY = y.Average();
        return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
    }

    private static double ExtractRatio(IGrouping<int, Measured<Cell, Row>> seed)
    {
        double[] beyond =
        [
            .. seed.Where(r => r.Cell.System is Extract or Merge)
                .GroupBy(r => r.Cell.Nodes)
                .Where(n => n.Count() == 2)
                .OrderBy(n => n.Key)
                .Select(n => n.Sum(r => r.Cell.System == Extract ? r.Row.Seconds : -r.Row.Seconds)),
        ];
        return beyond.Length < 2 ? double.NaN : beyond[^1] / beyond[0];
    }

    private static double DenseOverSparse(IGrouping<int, Measured<Cell, Row>> seed)
    {
        Measured<Cell, Row>? dense = seed.Where(r => r.Cell.System == Dense).MaxBy(r => r.Cell.Nodes);
        Measured<Cell, Row>? sparse = seed.FirstOrDefault(r => r.Cell.System == Sparse && r.Cell.Nodes == dense?.Cell.Nodes);
        return dense is null || sparse is null ? double.NaN : dense.Row.Seconds / sparse.Row.Seconds;
    }

    private static IEnumerable<IGrouping<int, Measured<Cell, Row>>> Seeds(IReadOnlyList<Measured<Cell, Row>> rows) =>
        rows.GroupBy(r => r.Cell.Seed).OrderBy(g => g.Key);
}
