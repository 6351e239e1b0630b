using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using ResearchKit.Agents.Discovery;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.WebOfAgents;

/// <summary>
/// How an index of agents grows: indexing, memory and queries over generated populations (skills drawn by Zipf's law from a made-up vocabulary), and whether the best ten are those of reading everything.
/// </summary>
[Experiment("woa/discovery-scale", Paper = "arXiv:2505.21550", Shows = "An index of agents by its size")]
public sealed class DiscoveryScale : Experiment<DiscoveryScale.Options, DiscoveryScale.Cell, DiscoveryScale.Row>
{
    private const int Vocabulary = 20_000;
    private const int TokensLeast = 8;
    private const int TokensMore = 24;
    private const int Million = 1_000_000;
    private const string NotInPaper = "not in the paper, which has no experiments";

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The numbers of agents.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the numbers of agents")]
        public IReadOnlyList<int> Agents { get; init; } = [1_000, 10_000, 50_000];

        /// <summary>Queries that are timed.</summary>
        [Range(10, 100_000)]
        [Description("queries that are timed")]
        public int Queries { get; init; } = 1_000;

        /// <summary>Queries that are compared with reading everything.</summary>
        [Range(1, 1_000)]
        [Description("queries that are compared with reading everything")]
        public int Compared { get; init; } = 20;
    }

    /// <summary>A population.</summary>
    /// <param name="Agents">Its size.</param>
    /// <param name="Seed">Its seed.</param>
    [Timing(WarmUp = 0, Repeats = 1)]
    public sealed record Cell(int Agents, int Seed);

    /// <summary>What was measured.</summary>
    /// <param name="AgentsPerSecond">Agents indexed in a second.</param>
    /// <param name="BytesPerAgent">Bytes that index and records take, an agent.</param>
    /// <param name="MedianMs">The median time of a query for ten agents.</param>
    /// <param name="P99Ms">Its 99th percentile.</param>
    /// <param name="Different">Compared queries whose ten best differ from those of reading everything.</param>
    public sealed record Row(double AgentsPerSecond, double BytesPerAgent, double MedianMs, double P99Ms, int Different);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Seeds = [1, 2, 3] }
            : new Options
            {
                Seeds = [1, 2, 3],
                Agents = [1_000, 10_000, 100_000, Million],
                Queries = 10_000,
            };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from agents in options.Agents
        from seed in options.Seeds
        select new Cell(agents, seed);

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
        RandomStream stream = context.Random("population");
        ZipfRanks words = new(Vocabulary, 1);
        List<int[]> tokens =
        [
            .. Enumerable.Range(0, cell.Agents).Select(_ => Draw(stream, words, TokensLeast + stream.NextInt(TokensMore))),
        ];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long start = Stopwatch.GetTimestamp();
        CapabilityIndexBuilder builder = new();
        for (int i = 0; i < cell.Agents; i++)
        {
            if (i % 10_000 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            builder.Add(
                new CapabilityRecord { Url = $"https://h{i % 1000}.example/agents/{i}", Name = $"agent {i}" },
                string.Join(' ', tokens[i].Select(t => $"w{t}"))
            );
        }
        CapabilityIndex index = builder.Build();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        builder = null!;
        long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        RandomStream asked = context.Random("queries");
        int[][] queries = [.. Enumerable.Range(0, context.Options.Queries).Select(_ => Draw(asked, words, 1 + asked.NextInt(3)))];
        double[] times = new double[queries.Length];
        for (int i = -Math.Min(200, queries.Length); i < queries.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string query = Text(queries[i < 0 ? -i - 1 : i]);
            long began = Stopwatch.GetTimestamp();
            IReadOnlyList<CapabilityHit> hits = index.Search(query, 10);
            if (i >= 0)
            {
                times[i] = hits.Count >= 0 ? Stopwatch.GetElapsedTime(began).TotalMilliseconds : 0;
            }
        }
        int different = 0;
        foreach (int[] query in queries.Take(context.Options.Compared))
        {
            cancellationToken.ThrowIfCancellationRequested();
            (int, double)[] found = [.. index.Search(Text(query), 10).Select(h => (h.Ordinal, h.Score))];
            different += found.SequenceEqual(ReadingEverything(tokens, query)) ? 0 : 1;
        }
        GC.KeepAlive(index);
        return new Row(cell.Agents / seconds, (double)bytes / cell.Agents, Quantiles.Median(times), Quantiles.Of(times, 0.99), different);
    }

    private static int[] Draw(RandomStream stream, ZipfRanks words, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => words.Next(stream))];

    private static string Text(int[] words) => string.Join(' ', words.Select(w => $"w{w}"));

    // The plain reference: every agent is scored by the formula.
    private static (int, double)[] ReadingEverything(List<int[]> agents, int[] query)
    {
        double average = agents.Average(a => (double)a.Length);
        (int Word, int Times, double Rarity)[] terms =
        [
            .. query
                .GroupBy(w => w)
                .Select(g => (g.Key, g.Count(), agents.Count(a => a.Contains(g.Key))))
                .Where(t => t.Item3 > 0)
                .Select(t => (t.Key, t.Item2, Math.Log(1 + ((agents.Count - t.Item3 + 0.5) / (t.Item3 + 0.5))))),
        ];
        List<(int Agent, double Score)> scores = [];
        for (int i = 0; i < agents.Count; i++)
        {
            double score = 0;
            foreach ((int word, int times, double rarity) in terms)
            {
                int count = agents[i].Count(w => w == word);
                score += count == 0 ? 0 : times * rarity * (count * 2.2 / (count + (1.2 * (0.25 + (0.75 * agents[i].Length / average)))));
            }
            if (score > 0)
            {
                scores.Add((i, score));
            }
        }
        return [.. scores.OrderByDescending(s => s.Score).ThenBy(s => s.Agent).Take(10)];
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return new Figure
        {
            Id = "query-time",
            Title = "Time of a query for ten agents",
            Caption = "One to three words drawn as the agents' words are. Not a figure of the paper.",
            X = new Axis("Agents") { Scale = AxisScale.Log },
            Y = new Axis("Query", "ms") { Scale = AxisScale.Log },
            Series = [Line("median", r => r.MedianMs), Line("99th percentile", r => r.P99Ms)],
        };

        Series Line(string name, Func<Row, double> of) =>
            new(
                name,
                SeriesKind.Line,
                [
                    .. rows.GroupBy(r => r.Cell.Agents)
                        .OrderBy(g => g.Key)
                        .Select(g => new SeriesPoint(g.Key, Quantiles.Median([.. g.Select(r => of(r.Row))]))),
                ]
            );
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        int largest = rows.Count == 0 ? 0 : rows.Max(r => r.Cell.Agents);
        yield return Claim
            .Exact("equal-to-reading-everything", "Queries whose ten best agents, scores or order differ from those of reading everything")
            .StatedWithoutNumber(NotInPaper)
            .Because("what is passed over cannot be among the best")
            .Measured(rows.Count == 0 ? null : Exactly(rows.Sum(r => r.Row.Different)));
        yield return Claim
            .Value("bytes-per-agent", "Bytes of index and records, an agent, at the largest size")
            .StatedWithoutNumber(NotInPaper)
            .Accept(atMost: 1_000)
            .In("bytes")
            .Because("10^6 agents must fit into 1 GB")
            .Measured(Of(rows, largest, r => r.BytesPerAgent, "bytes"));
        yield return Claim
            .Value("p99-at-a-million", "The 99th percentile of a query's time among 10^6 agents")
            .StatedWithoutNumber(NotInPaper)
            .Accept(atMost: 10)
            .In("ms")
            .Because("an answer within a hundredth of a second")
            .From(Scale.Full)
            .OnTiming()
            .Measured(Of(rows, Million, r => r.P99Ms, "p99"));
        yield return Claim
            .Value("indexing-rate", "Agents indexed in a second, at the largest size")
            .StatedWithoutNumber(NotInPaper)
            .Accept(atLeast: 50_000)
            .In("agents/s")
            .Because("10^6 agents within 20 seconds")
            .From(Scale.Full)
            .OnTiming()
            .Measured(Of(rows, Million, r => r.AgentsPerSecond, "rate"));
    }

    private static Estimate? Of(IReadOnlyList<Measured<Cell, Row>> rows, int agents, Func<Row, double> value, string purpose)
    {
        double[] values =
        [
            .. rows.Where(r => r.Cell.Agents == agents)
                .GroupBy(r => r.Cell.Seed)
                .OrderBy(g => g.Key)
                .Select(g => g.Average(r => value(r.Row))),
        ];
        return values.Length == 0 ? null : Intervals.OfSeeds(values, RandomStream.Named("woa/discovery-scale", purpose, "bootstrap"));
    }

    private static Estimate Exactly(int value) => new(value, value, value, 0, 1, IntervalMethod.Deterministic);
}
