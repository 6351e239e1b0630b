using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Graphs;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Ffg;

/// <summary>Graphs of a million nodes: no transform, no matrix; embedding scores edges and a sample of non-edges, detection merges two edge lists.</summary>
[Experiment("ffg/web-scale", Paper = "arXiv:2502.04182", Shows = "Marking and detecting in graphs of up to a million nodes")]
public sealed class WebScale : Experiment<WebScale.Options, WebScale.Cell, WebScale.Row>
{
    private const int Million = 1_000_000;
    private static readonly OverSeeds Over = new("ffg/web-scale");

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>N.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the numbers of nodes; five edges a node")]
        public IReadOnlyList<int> Nodes { get; init; } = [10_000];

        /// <summary>m, the number of carriers.</summary>
        [Range(1, 100_000)]
        [Description("m, the number of carriers")]
        public int Length { get; init; } = 128;

        /// <summary>B, the flips; at most a tenth of the edges.</summary>
        [Range(1, 10_000_000)]
        [Description("B, the flips; at most 2 % of the edges are taken")]
        public int Budget { get; init; } = 10_000;

        /// <summary>C, the sampled non-edges.</summary>
        [Range(1000, 100_000_000)]
        [Description("C, the sampled non-edges")]
        public int Samples { get; init; } = 2_000_000;
    }

    /// <summary>One graph.</summary>
    /// <param name="Nodes">N.</param>
    /// <param name="Seed">The seed of graph and key.</param>
    [Timing(WarmUp = 0, Repeats = 1)]
    [Memory("2 GiB")]
    public sealed record Cell(int Nodes, int Seed);

    /// <summary>What was measured.</summary>
    /// <param name="Edges">E.</param>
    /// <param name="Flips">B.</param>
    /// <param name="EmbedSeconds">Marking.</param>
    /// <param name="DetectSeconds">Detecting.</param>
    /// <param name="UnmarkedSeconds">Detecting in the original: key and comparison alone.</param>
    /// <param name="PeakMiB">The largest working set of the process so far.</param>
    /// <param name="Similarity">Of the marked graph.</param>
    /// <param name="PredictedSimilarity">By the closed form.</param>
    public sealed record Row(
        int Edges,
        int Flips,
        double EmbedSeconds,
        double DetectSeconds,
        double UnmarkedSeconds,
        double PeakMiB,
        double Similarity,
        double PredictedSimilarity
    );

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Samples = 500_000, Seeds = [1, 2, 3, 4, 5] }
            : new Options { Seeds = [1, 2, 3, 4, 5], Nodes = [10_000, 100_000, Million] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        options.Nodes.SelectMany(nodes => options.Seeds.Select(seed => new Cell(nodes, seed)));

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return await Task.Run(() => Measure(cell, context, cancellationToken), cancellationToken);
    }

    private static Row Measure(Cell cell, CellContext<Options> context, CancellationToken cancellationToken)
    {
        Options options = context.Options;
        Graph graph = RandomGraphs.BarabasiAlbert(cell.Nodes, 5, context.Random("graph", $"{cell.Nodes}"));
        int budget = Math.Min(options.Budget, graph.EdgeCount / 50);
        FfgWatermark ffg = new(
            new FfgOptions
            {
                Length = options.Length,
                Budget = budget,
                SampledNonEdges = options.Samples,
            }
        )
        {
            Threads = context.Threads,
        };
        FfgKey key = ffg.GenerateKey(graph, HostGraphs.Secret(context, "owner"));
        long start = Stopwatch.GetTimestamp();
        FfgEmbedding marked = ffg.Embed(graph, key, context.Progress, cancellationToken);
        double embed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        FfgDetection found = ffg.Detect(marked.Graph, graph, key, cancellationToken);
        double detect = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        ffg.Detect(graph, graph, key, cancellationToken);
        double unmarked = Stopwatch.GetElapsedTime(start).TotalSeconds;
        using Process process = Process.GetCurrentProcess();
        return new Row(
            graph.EdgeCount,
            budget,
            embed,
            detect,
            unmarked,
            process.PeakWorkingSet64 / (1024.0 * 1024),
            found.Similarity,
            marked.PredictedSimilarity
        );
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return new Figure
        {
            Id = "web-scale",
            Title = "Time against the number of nodes, up to web scale",
            Caption =
                "Five edges a node, m = 128. Comparison alone is detection in the unmarked original: it derives the key, checks the original and merges the edge lists.",
            X = new Axis("Nodes") { Scale = AxisScale.Log },
            Y = new Axis("Time", "s") { Scale = AxisScale.Log },
            Series =
                rows.Count == 0
                    ? []
                    :
                    [
                        Line("embed", r => r.EmbedSeconds),
                        Line("detect", r => r.DetectSeconds),
                        Line("comparison alone", r => r.UnmarkedSeconds),
                    ],
        };

        Series Line(string name, Func<Row, double> value) =>
            new(
                name,
                SeriesKind.Line,
                [
                    .. rows.GroupBy(r => r.Cell.Nodes)
                        .OrderBy(n => n.Key)
                        .Select(n => Over.Point(n.Key, n.OrderBy(r => r.Cell.Seed).Select(r => value(r.Row)))),
                ]
            );
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return Claim
            .Ratio("similarity", "The similarity is at least 0.9 of the predicted one, in the mean over sizes")
            .StatedWithoutNumber(HostGraphs.Place)
            .Accept(atLeast: 0.9)
            .Because($"m = 128 carriers bound the similarity by 11.3; {HostGraphs.OwnAnalysis}")
            .Measured(
                Over.Mean(
                    "similarity",
                    rows.GroupBy(r => r.Cell.Seed)
                        .OrderBy(g => g.Key)
                        .Select(g => g.Average(r => r.Row.Similarity / r.Row.PredictedSimilarity))
                )
            );
        yield return Claim
            .AllOf(
                "million",
                "A graph of a million nodes and five million edges is marked within a minute and the mark is found within five seconds, in less than 2 GB",
                AtMillion(rows, "embed", "marking", 60, "s", r => r.EmbedSeconds),
                AtMillion(rows, "detect", "detecting", 5, "s", r => r.DetectSeconds),
                AtMillion(rows, "memory", "the largest working set", 2e9 / (1024 * 1024), "MiB", r => r.PeakMiB)
            )
            .StatedWithoutNumber(HostGraphs.Place)
            .Because("the paper's claim is low complexity; sizes and limits are this library's")
            .OnTiming()
            .From(Scale.Full);
    }

    private static Claim AtMillion(
        IReadOnlyList<Measured<Cell, Row>> rows,
        string id,
        string text,
        double most,
        string unit,
        Func<Row, double> value
    ) =>
        Claim
            .Value($"million-{id}", text)
            .In(unit)
            .Accept(atMost: most)
            .Measured(
                Over.Mean($"million-{id}", rows.Where(r => r.Cell.Nodes == Million).OrderBy(r => r.Cell.Seed).Select(r => value(r.Row)))
            );
}
