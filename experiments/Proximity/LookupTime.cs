using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;
using ResearchKit.Rag;

namespace ResearchKit.Papers.Proximity;

/// <summary>What a lookup costs as the cache grows: the linear scan compares every key, hashing one bucket.</summary>
[Experiment("proximity/lookup-time", Paper = "arXiv:2503.05530", Shows = "Lookup time by the number of entries")]
public sealed class LookupTime : Experiment<LookupTime.Options, LookupTime.Cell, LookupTime.Row>
{
    // A batch asks each query once; the median of at least so many batches, and of as many as fit into the time.
    private const int LeastBatches = 5;
    private static readonly TimeSpan Measuring = TimeSpan.FromMilliseconds(100);

    // With L = 8 and b = 20 a hashing cache holds 5,120 keys: its buckets are full from some 6,000 on.
    private const int Full = 10_000;
    private const int TwiceFull = 20_000;
    private const double MostGrowth = (8 + 20) / (8 + (100.0 / 256));

    // The runtime compiles the loops anew once they have run for a while; the first cells would be timed on the slow code, the last on the fast.
    private static readonly string[] Caches = ["flat", "lsh"];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);
    private static readonly Lazy<int> Compiled = new(RunWarm, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The numbers of entries.</summary>
        [PlanOnly]
        [MinLength(2)]
        [Description("the numbers of entries")]
        public IReadOnlyList<int> Entries { get; init; } = [100, Full, TwiceFull];

        /// <summary>The length of a key.</summary>
        [Range(1, 65_536)]
        [Description("the length of a key")]
        public int Dimension { get; init; } = 768;
    }

    /// <summary>A cache of a size.</summary>
    /// <param name="Cache">flat or lsh (L = 8, b = 20).</param>
    /// <param name="Entries">Keys inserted.</param>
    /// <param name="Seed">The seed of the keys.</param>
    [Timing(WarmUp = 1, Repeats = 5)]
    public sealed record Cell(string Cache, int Entries, int Seed);

    /// <summary>A repetition.</summary>
    /// <param name="LookupMicroseconds">The time of a lookup that misses, nothing stops it early: the median over batches.</param>
    public sealed record Row(double LookupMicroseconds);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Seeds = [1, 2, 3] }
            : new Options { Seeds = [1, 2, 3], Entries = [10, 100, 300, 1000, 3000, Full, TwiceFull] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from cache in Caches
        from entries in options.Entries
        where cache == "lsh" || entries <= Full // a scan of more is only longer
        from seed in options.Seeds
        select new Cell(cache, entries, seed);

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
        _ = Compiled.Value;
        // Keys around centres, as questions are; queries far from all.
        RandomStream stream = context.Random("keys");
        ProximityCacheOptions options = new()
        {
            Dimension = context.Options.Dimension,
            Tolerance = 0.3f,
            Capacity = cell.Entries,
        };
        IApproximateCache<int> cache = Create(cell.Cache, options);
        for (int i = 0; i < cell.Entries; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            cache.Add(Unit(options.Dimension, stream), i);
        }
        float[][] queries = [.. Enumerable.Range(0, 100).Select(_ => Unit(options.Dimension, stream))];
        int hits = 0;
        List<double> batches = [];
        long start = Stopwatch.GetTimestamp();
        // The first batch warms the memory, and is not counted.
        for (int batch = -1; batch < LeastBatches || Stopwatch.GetElapsedTime(start) < Measuring; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long began = Stopwatch.GetTimestamp();
            foreach (float[] query in queries)
            {
                hits += cache.TryGet(query, out _) ? 1 : 0;
            }
            if (batch >= 0)
            {
                batches.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds / queries.Length);
            }
        }
        return hits == 0
            ? new Row(Quantiles.Median([.. batches]))
            : throw new InvalidOperationException($"{hits} lookups of unrelated vectors hit.");
    }

    private static IApproximateCache<int> Create(string cache, ProximityCacheOptions options) =>
        cache == "flat" ? new FlatProximityCache<int>(options) : new LshProximityCache<int>(options, new LshOptions());

    private static int RunWarm()
    {
        ProximityCacheOptions options = new()
        {
            Dimension = 768,
            Tolerance = 0.3f,
            Capacity = 300,
        };
        RandomStream stream = RandomStream.Named("proximity/lookup-time", "warm");
        float[][] keys = [.. Enumerable.Range(0, 400).Select(_ => Unit(options.Dimension, stream))];
        int hits = 0;
        foreach (string name in Caches)
        {
            IApproximateCache<int> cache = Create(name, options);
            foreach (float[] key in keys[..300])
            {
                cache.Add(key, 0);
            }
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < WarmUp)
            {
                foreach (float[] key in keys)
                {
                    hits += cache.TryGet(key, out _) ? 1 : 0;
                }
            }
        }
        return hits;
    }

    private static float[] Unit(int dimension, RandomStream stream)
    {
        double[] values = new double[dimension];
        stream.FillGaussian(values);
        double norm = Math.Sqrt(values.Sum(v => v * v));
        return [.. values.Select(v => (float)(v / norm))];
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return new Figure
        {
            Id = "lookup-time",
            Title = "Time of a lookup that misses, 768 dimensions",
            Caption =
                "The linear scan grows with the entries, hashing (L = 8, b = 20) does not; the paper states 4.8 microseconds for hashing at any size.",
            X = new Axis("Entries inserted") { Scale = AxisScale.Log },
            Y = new Axis("Lookup", "microseconds") { Scale = AxisScale.Log },
            Series =
            [
                .. rows.GroupBy(r => r.Cell.Cache)
                    .Select(g => new Series(
                        g.Key,
                        SeriesKind.Line,
                        [
                            .. g.GroupBy(r => r.Cell.Entries)
                                .OrderBy(e => e.Key)
                                .Select(e => new SeriesPoint(e.Key, Quantiles.Median([.. e.Select(r => r.Row.LookupMicroseconds)]))),
                        ]
                    )),
            ],
            Marks = rows.Count == 0 ? [] : [new ReferenceMark(10_000, 4.8, "paper, hashing")],
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return Claim
            .Ratio("hashing-is-constant", "Hashing: time of a lookup after 20,000 insertions over that after 10,000, buckets full")
            .Published(1, "abstract of the extended version: 4.8 microseconds, whatever the size")
            .Accept(atMost: 1.5)
            .Because(
                "a lookup takes 8 products for the hash and scans one bucket of at most 20 entries; until buckets are full it grows with them"
            )
            .OnTiming()
            .Measured(Growth(rows, "lsh", Full, TwiceFull));
        yield return Claim
            .Ratio("hashing-grows-with-its-bucket", "Hashing: time of a lookup among 10,000 entries over that among 100")
            .StatedWithoutNumber("not in the paper: the products of a lookup, counted")
            .Accept(atMost: MostGrowth)
            .Because("8 products for the hash and 20 for a full bucket, over 8 and 100 / 256 for one that is all but empty")
            .OnTiming()
            .Measured(Growth(rows, "lsh", 100, Full));
        yield return Claim
            .Ratio("scan-grows", "Linear scan: time of a lookup among 10,000 entries over that among 100")
            .StatedWithoutNumber("extended version: the scan grows with the capacity")
            .Accept(atLeast: 20)
            .Because("a hundred times as many keys, which no longer fit the caches")
            .OnTiming()
            .Measured(Growth(rows, "flat", 100, Full));
    }

    private static Estimate? Growth(IReadOnlyList<Measured<Cell, Row>> rows, string cache, int from, int to)
    {
        double[] few = Medians(rows, cache, from);
        double[] many = Medians(rows, cache, to);
        return few.Length == 0 || few.Length != many.Length
            ? null
            : Intervals.PairedRatio(many, few, RandomStream.Named("proximity/lookup-time", cache, "bootstrap"));
    }

    private static double[] Medians(IReadOnlyList<Measured<Cell, Row>> rows, string cache, int entries) =>
        [
            .. rows.Where(r => r.Cell.Cache == cache && r.Cell.Entries == entries)
                .GroupBy(r => r.Cell.Seed)
                .OrderBy(g => g.Key)
                .Select(g => Quantiles.Median([.. g.Select(r => r.Row.LookupMicroseconds)])),
        ];
}
