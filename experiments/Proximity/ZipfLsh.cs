using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;
using ResearchKit.Rag;

namespace ResearchKit.Papers.Proximity;

/// <summary>
/// Skewed streams of questions, as users ask: the linear scan beside hashing into small buckets, both policies, and answers ranked anew from two or four times as many cached documents.
/// </summary>
/// <remarks>
/// The tables of the extended paper could not be read; its abstract gives 77.2 % fewer database calls on a skewed workload. Vectors are of the hashed TF-IDF, of length 1.
/// </remarks>
[Experiment("proximity/zipf-lsh", Paper = "arXiv:2503.05530", Shows = "Hashing beside the linear scan on skewed streams")]
public sealed class ZipfLsh : Experiment<ZipfLsh.Options, ZipfLsh.Cell, ZipfLsh.Row>
{
    private const int K = 10;
    private const int LargestFactor = 4;
    private const string Flat = "flat";
    private const string Lsh = "lsh";

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The questions: <c>generated</c>, or <c>rag-pubmed</c>.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the questions: generated, rag-pubmed")]
        public IReadOnlyList<string> Data { get; init; } = [ProximityWorkload.Generated];

        /// <summary>s, the exponents of Zipf's law.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("s, the exponents of Zipf's law; 0.627 was measured in a query log")]
        public IReadOnlyList<double> Exponents { get; init; } = [0, 1];

        /// <summary>Queries of a stream.</summary>
        [Range(100, 1_000_000)]
        [Description("queries of a stream")]
        public int Length { get; init; } = 1_500;

        /// <summary>tau, on vectors of length 1.</summary>
        [Range(0, 2)]
        [Description("tau, as an L2 distance of vectors of length 1")]
        public double Tolerance { get; init; } = 0.8;

        /// <summary>c of the linear scans.</summary>
        [MinLength(1)]
        [Description("c, the entries of the linear scans")]
        public IReadOnlyList<int> Capacities { get; init; } = [100, 300];

        /// <summary>L of the hashing caches.</summary>
        [MinLength(1)]
        [Description("L, the hyperplanes of the hashing caches")]
        public IReadOnlyList<int> Hyperplanes { get; init; } = [4, 8];

        /// <summary>b of the hashing caches.</summary>
        [MinLength(1)]
        [Description("b, the entries of a bucket")]
        public IReadOnlyList<int> Buckets { get; init; } = [5, 20];
    }

    /// <summary>One stream.</summary>
    /// <param name="Data">The questions.</param>
    /// <param name="Exponent">s.</param>
    /// <param name="Seed">The seed of the stream, the hyperplanes, and of invented questions.</param>
    public sealed record Cell(string Data, double Exponent, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => ProximityWorkload.Needs(Data);
    }

    /// <summary>A cache on the stream.</summary>
    /// <param name="Cache">flat or lsh.</param>
    /// <param name="Eviction">Fifo or Lru.</param>
    /// <param name="Hyperplanes">L; 0 for the linear scan.</param>
    /// <param name="Capacity">c, or b.</param>
    /// <param name="Rerank">rho.</param>
    /// <param name="Entries">Entries at the end.</param>
    /// <param name="HitRate">Database calls saved.</param>
    /// <param name="Overlap">The mean share of the exact ten documents.</param>
    /// <param name="Gold">The share of queries with a passage of evidence.</param>
    /// <param name="GoldWithoutCache">The same without a cache.</param>
    public sealed record Row(
        string Cache,
        string Eviction,
        int Hyperplanes,
        int Capacity,
        int Rerank,
        int Entries,
        double HitRate,
        double Overlap,
        double Gold,
        double GoldWithoutCache
    );

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Seeds = [1, 2, 3] }
            : new Options
            {
                Seeds = [1, 2, 3],
                Data = [ProximityWorkload.Generated, ProximityWorkload.PubMed],
                Exponents = [0, 0.627, 1, 1.2],
                Length = 10_000,
                Hyperplanes = [4, 6, 8, 10],
                Buckets = [5, 10, 20],
            };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from data in options.Data
        from exponent in options.Exponents
        from seed in options.Seeds
        select new Cell(data, exponent, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Options options = context.Options;
        ProximityWorkload workload = await ProximityWorkload.LoadAsync(cell.Data, context, K * LargestFactor, cancellationToken);
        int[] stream =
        [
            .. workload
                .Questions.Zipf(cell.Exponent, options.Length, context.Random("stream", Text(cell.Exponent)))
                .Select(q => (q.Question * workload.Questions.VariantCount) + q.Variant),
        ];
        double without = CacheReplay.Score(workload, stream, [.. stream.Select(_ => -1)], K).Gold;
        foreach (EvictionPolicy eviction in Enum.GetValues<EvictionPolicy>())
        {
            ProximityCacheOptions flat = new()
            {
                Dimension = workload.Vectors[0].Length,
                Tolerance = (float)options.Tolerance,
                Eviction = eviction,
                Capacity = options.Length,
            };
            // One that never evicts: what hashing alone loses is measured against it. The policy does not matter there.
            int[] never = eviction == EvictionPolicy.Fifo ? [options.Length] : [];
            foreach (int capacity in (int[])[.. options.Capacities, .. never])
            {
                foreach (Row row in Replay(new FlatProximityCache<int>(flat with { Capacity = capacity }), Flat, 0, capacity))
                {
                    yield return row;
                }
            }
            foreach (int planes in options.Hyperplanes)
            {
                foreach (int bucket in (int[])[.. options.Buckets, .. never])
                {
                    LshOptions lsh = new()
                    {
                        Hyperplanes = planes,
                        BucketCapacity = bucket,
                        Seed = (ulong)cell.Seed,
                    };
                    foreach (Row row in Replay(new LshProximityCache<int>(flat, lsh), Lsh, planes, bucket))
                    {
                        yield return row;
                    }
                }
            }

            IEnumerable<Row> Replay(IApproximateCache<int> cache, string name, int planes, int capacity)
            {
                int[] answeredBy = CacheReplay.Run(cache, workload.Vectors, stream, 1, cancellationToken);
                foreach (int rerank in (int[])[1, 2, LargestFactor])
                {
                    ReplayOutcome o = CacheReplay.Score(workload, stream, answeredBy, K, rerank);
                    yield return new Row(
                        name,
                        eviction.ToString(),
                        planes,
                        capacity,
                        rerank,
                        cache.Count,
                        o.HitRate,
                        o.Overlap,
                        o.Gold,
                        without
                    );
                }
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (string data in rows.Select(r => r.Cell.Data).Distinct())
        {
            Measured<Cell, Row>[] own =
            [
                .. rows.Where(r => r.Cell.Data == data && r.Row is { Rerank: 1, Eviction: nameof(EvictionPolicy.Fifo) }),
            ];
            yield return new Figure
            {
                Id = $"savings-{data}",
                Title = $"Database calls saved on skewed streams, {data}",
                Caption = "FIFO, answers as cached. Hashing scans one small bucket; its total capacity is b for each of up to 2^L buckets.",
                X = new Axis("Exponent s of Zipf's law"),
                Y = new Axis("Database calls saved") { Minimum = 0, Maximum = 1 },
                Series =
                [
                    .. own.Where(r => r.Row.Capacity <= 300)
                        .GroupBy(r =>
                            r.Row.Cache == Flat ? $"flat, c = {r.Row.Capacity}" : $"L = {r.Row.Hyperplanes}, b = {r.Row.Capacity}"
                        )
                        .Select(g => new Series(
                            g.Key,
                            SeriesKind.Line,
                            [
                                .. g.GroupBy(r => r.Cell.Exponent)
                                    .OrderBy(s => s.Key)
                                    .Select(s =>
                                    {
                                        Estimate e = Intervals.OfSeeds(
                                            [.. s.Select(r => r.Row.HitRate)],
                                            Stream("figure", g.Key, Text(s.Key))
                                        );
                                        return new SeriesPoint(s.Key, e.Value, e.Low, e.High);
                                    }),
                            ]
                        )),
                ],
                Width = FigureWidth.Wide,
                Provenance = new Provenance(data == ProximityWorkload.PubMed ? DataOrigin.Real : DataOrigin.Generated),
            };
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (string data in new[] { ProximityWorkload.Generated, ProximityWorkload.PubMed })
        {
            Measured<Cell, Row>[] own = [.. rows.Where(r => r.Cell.Data == data)];
            yield return For(
                data,
                Claim
                    .Value(
                        $"savings-{data}",
                        $"{data}: the most calls a hashing cache saves at s = 1 while no more than 5 % of the queries lose their evidence"
                    )
                    .Published(0.772, "abstract of the extended version: database calls reduced by 77.2 %")
                    .Accept(atLeast: 0.70)
                    .Because(
                        "another log, encoder and scale of tolerances (tau = 0.8); the best of the settings tried, as a user would take it"
                    )
                    .Measured(BestSavings(own, $"savings-{data}"))
            );
            yield return For(
                data,
                Claim
                    .Monotone(
                        $"hashing-misses-more-{data}",
                        $"{data}: without evictions no hashing cache hits more than 1 % more often than the linear scan"
                    )
                    .StatedWithoutNumber("extended version: hashing trades hits for speed")
                    .Accept(0, 0)
                    .Because(
                        "a bucket holds a part of what the scan sees; only a miss that inserts a better neighbour for later queries can turn it round, by a little"
                    )
                    .Measured(Violations(own))
            );
            yield return For(
                data,
                Claim
                    .Difference($"rerank-{data}", $"{data}: overlap with rho = 4 minus that with rho = 1, of equal hits")
                    .StatedWithoutNumber("extended version: re-ranking")
                    .Accept(atLeast: 0)
                    .Because("four times as many candidates hold all that one time holds, and the new query ranks them")
                    .Measured(RerankGain(own, $"rerank-{data}"))
            );
        }
    }

    private static Claim For(string data, Claim claim) =>
        data == ProximityWorkload.PubMed ? claim.Requires([.. ProximityWorkload.Needs(data)]).From(Scale.Full).On(DataOrigin.Real) : claim;

    private static Estimate? BestSavings(Measured<Cell, Row>[] rows, string id)
    {
        var settings = rows.Where(r => r.Cell.Exponent == 1 && r.Row.Cache == Lsh && r.Row.Capacity <= 20)
            .GroupBy(r => (r.Row.Eviction, r.Row.Hyperplanes, r.Row.Capacity, r.Row.Rerank))
            .Where(g => g.Average(r => r.Row.GoldWithoutCache - r.Row.Gold) <= 0.05)
            .OrderByDescending(g => g.Average(r => r.Row.HitRate))
            .ToList();
        return settings.Count > 0 ? Intervals.OfSeeds([.. settings[0].OrderBy(r => r.Cell.Seed).Select(r => r.Row.HitRate)], Stream(id))
            : rows.Length == 0 ? null
            : new Estimate(0, 0, 0, 0, rows.Select(r => r.Cell.Seed).Distinct().Count(), IntervalMethod.None);
    }

    private static Estimate? Violations(Measured<Cell, Row>[] rows)
    {
        Measured<Cell, Row>[] unlimited = [.. rows.Where(r => r.Row.Rerank == 1 && r.Row.Capacity > 300)];
        int violations = unlimited.Count(r =>
            r.Row.Cache == Lsh
            && unlimited.Any(f =>
                f.Row.Cache == Flat && f.Cell == r.Cell && f.Row.Eviction == r.Row.Eviction && r.Row.HitRate > f.Row.HitRate + 0.01
            )
        );
        return rows.Length == 0
            ? null
            : new Estimate(violations, violations, violations, 0, rows.Select(r => r.Cell.Seed).Distinct().Count(), IntervalMethod.None);
    }

    private static Estimate? RerankGain(Measured<Cell, Row>[] rows, string id)
    {
        double[] gains =
        [
            .. rows.Where(r => r.Row is { Cache: Flat, Capacity: 300 })
                .GroupBy(r => r.Cell.Seed)
                .OrderBy(g => g.Key)
                .Select(g =>
                    g.Where(r => r.Row.Rerank == 4).Average(r => r.Row.Overlap)
                    - g.Where(r => r.Row.Rerank == 1).Average(r => r.Row.Overlap)
                ),
        ];
        return gains.Length == 0 ? null : Intervals.OfSeeds(gains, Stream(id));
    }

    private static RandomStream Stream(params ReadOnlySpan<string> purpose) =>
        RandomStream.Named(["proximity/zipf-lsh", .. purpose, "bootstrap"]);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
