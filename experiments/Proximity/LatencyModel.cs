using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;

namespace ResearchKit.Papers.Proximity;

/// <summary>
/// Whether the paper's latencies follow from its hit rates: a query that hits costs the cache, one that misses the database as well. With this model a hit rate measured here says what
/// it would save before a database that is not here.
/// </summary>
[Experiment("proximity/latency-model", Paper = "arXiv:2503.05530", Shows = "Retrieval latency predicted from hit rates")]
public sealed class LatencyModel : Experiment<LatencyModel.Options, LatencyModel.Cell, LatencyModel.Row>
{
    private static readonly int[] Capacities = [10, 50, 100, 200, 300];

    // Figure 3: hit rates (%) and latencies (ms) by tolerance, at 10, 50, 100, 200 and 300 entries; the latency without a cache first.
    private static readonly (string Benchmark, double Tolerance, double[] Hits, double[] Latencies, double[] Without)[] Published =
    [
        ("MMLU", 0.5, [0.1, 0.5, 1.3, 2.8, 3.6], [103.15, 93.97, 91.45, 88.93, 89.81], [101.42, 88.99, 92.96, 90.7, 89.95]),
        ("MMLU", 1, [2.6, 11.8, 21.6, 36.9, 40.1], [98.68, 81.84, 70.54, 65.59, 58.45], [101.42, 88.99, 92.96, 90.7, 89.95]),
        ("MMLU", 2, [6.1, 27.2, 56.4, 69.3, 69.3], [93.93, 70.19, 43.94, 35.36, 36.38], [101.42, 88.99, 92.96, 90.7, 89.95]),
        ("MMLU", 5, [81.3, 92.4, 92.4, 92.4, 92.4], [25.15, 9.95, 9.93, 10.72, 11.16], [101.42, 88.99, 92.96, 90.7, 89.95]),
        ("MMLU", 10, [93, 93, 93, 93, 93], [7.94, 7.94, 7.31, 7.31, 7.59], [101.42, 88.99, 92.96, 90.7, 89.95]),
        ("MedRAG", 2, [0.8, 3, 5.8, 12, 15.9], [4905, 4334, 4641, 4323, 4424], [4820, 4820, 4821, 4829, 5266]),
        ("MedRAG", 5, [3.8, 20.3, 42.1, 72.6, 73.3], [4263, 3540, 1788, 1337, 1408], [4820, 4820, 4821, 4829, 5266]),
        ("MedRAG", 10, [98, 98.4, 98.4, 98.4, 98.4], [59, 72, 51, 80, 86], [4820, 4820, 4821, 4829, 5266]),
    ];

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>What a lookup costs.</summary>
        [Range(0, 1000)]
        [Description("what a lookup in the cache costs, in milliseconds")]
        public double CacheMs { get; init; } = 0.02;
    }

    /// <summary>A benchmark of the paper at one tolerance.</summary>
    /// <param name="Benchmark">MMLU (HNSW, 21 million passages) or MedRAG (exact scan, 23.9 million).</param>
    /// <param name="Tolerance">tau, on the paper's scale.</param>
    public sealed record Cell(string Benchmark, double Tolerance);

    /// <summary>One capacity.</summary>
    /// <param name="Capacity">c.</param>
    /// <param name="HitRate">The paper's.</param>
    /// <param name="PublishedMs">The paper's mean latency.</param>
    /// <param name="PredictedMs">The cache's time, and for a miss the paper's latency without a cache.</param>
    public sealed record Row(int Capacity, double HitRate, double PublishedMs, double PredictedMs);

    /// <inheritdoc/>
    public override Options For(Scale scale) => new() { Seeds = [1] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) => Published.Select(p => new Cell(p.Benchmark, p.Tolerance));

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        var published = Published.Single(p => p.Benchmark == cell.Benchmark && p.Tolerance == cell.Tolerance);
        for (int i = 0; i < Capacities.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double hits = published.Hits[i] / 100;
            yield return new Row(
                Capacities[i],
                hits,
                published.Latencies[i],
                context.Options.CacheMs + ((1 - hits) * published.Without[i])
            );
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows) =>
        rows.GroupBy(r => r.Cell.Benchmark)
            .Select(benchmark => new Figure
            {
                Id = $"latency-{benchmark.Key.ToLowerInvariant()}",
                Title = $"Mean retrieval latency, {benchmark.Key}",
                Caption =
                    "Lines are the model: (1 - hit rate) times the latency without a cache. Hollow marks are the paper's measurements.",
                Source = "Fig. 3",
                X = new Axis("Cache capacity c", "entries"),
                Y = new Axis("Latency", "ms") { Minimum = 0 },
                Series =
                [
                    .. benchmark
                        .GroupBy(r => r.Cell.Tolerance)
                        .Select(t => new Series(
                            $"tau = {Text(t.Key)}",
                            SeriesKind.Line,
                            [.. t.Select(r => new SeriesPoint(r.Row.Capacity, r.Row.PredictedMs))]
                        )),
                ],
                Marks = [.. benchmark.Select(r => new ReferenceMark(r.Row.Capacity, r.Row.PublishedMs, "paper"))],
                Provenance = new Provenance(DataOrigin.Real, HardwareOrigin.Simulated),
            });

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (
            (string benchmark, double tolerance, int capacity, double low, double high) in new[]
            {
                ("MedRAG", 5.0, 200, 0.9, 1.1),
                ("MedRAG", 5.0, 300, 0.85, 1.15),
                ("MMLU", 2.0, 300, 0.65, 1.1),
            }
        )
        {
            Row? row = rows.FirstOrDefault(r =>
                r.Cell.Benchmark == benchmark && r.Cell.Tolerance == tolerance && r.Row.Capacity == capacity
            )?.Row;
            yield return Claim
                .Ratio(
                    $"model-{benchmark.ToLowerInvariant()}-{Text(tolerance)}-{capacity}",
                    $"{benchmark}, tau = {Text(tolerance)}, c = {capacity}: latency predicted from the paper's hit rate over the published one"
                )
                .Published(1, "Fig. 3: hit rate and latency of the same cell")
                .Accept(low, high)
                .Because(
                    "the model has the database's time and the cache's, and no overhead of the driver; on MMLU a miss of 27 ms leaves overheads visible"
                )
                .WithSeedsAtLeast(1)
                .On(DataOrigin.Real, HardwareOrigin.Simulated)
                .Measured(Deterministic(row?.PredictedMs / row?.PublishedMs));
        }
        double[] medrag = [.. rows.Where(r => r.Cell is { Benchmark: "MedRAG", Tolerance: 5 }).Select(r => r.Row.PredictedMs)];
        yield return Claim
            .Value("saving-medrag", "MedRAG, tau = 5, c = 200: share of the latency without a cache that the model saves")
            .Published(0.708, "abstract: up to 70.8 % lower retrieval latency")
            .Accept(0.66, 0.76)
            .Because("by the model the saving is the hit rate, 72.6 %; the paper measured 72.3 % in this cell and states 70.8 %")
            .WithSeedsAtLeast(1)
            .On(DataOrigin.Real, HardwareOrigin.Simulated)
            .Measured(medrag.Length == 0 ? null : Deterministic(1 - (medrag[3] / 4829)));
    }

    private static Estimate? Deterministic(double? value) =>
        value is { } v ? new Estimate(v, v, v, 0, 1, IntervalMethod.Deterministic) : null;

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
