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
/// What a tolerance saves and what it costs: hit rate, overlap with the exact results, and whether the passage that answers the question is among the ten returned. Small
/// tolerances are free, large ones destroy the answers.
/// </summary>
/// <remarks>
/// No language model runs here: a passage of evidence among the ten stands for the accuracy of the paper's Figure 3 (right). Tolerances are of vectors of length 1 by the hashed TF-IDF.
/// </remarks>
[Experiment("proximity/medrag", Paper = "arXiv:2503.05530", Shows = "Hit rate and evidence kept, by tolerance")]
public sealed class MedRagTradeoff : Experiment<MedRagTradeoff.Options, MedRagTradeoff.Cell, MedRagTradeoff.Row>
{
    private const int K = 10;

    // Of an independent implementation over three orders: hit rate, overlap and evidence at c = 300, one query at a time.
    private static readonly (double Tolerance, double Hits, double Overlap, double Gold)[] Reference =
    [
        (0.4, .048, .987, .916),
        (0.6, .280, .900, .916),
        (0.8, .677, .655, .827),
        (1.0, .750, .592, .815),
        (1.2, .758, .450, .577),
        (1.5, .999, .041, .010),
    ];

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The questions: <c>generated</c>, or <c>rag-pubmed</c>.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the questions: generated, rag-pubmed")]
        public IReadOnlyList<string> Data { get; init; } = [ProximityWorkload.Generated];

        /// <summary>c, the numbers of entries.</summary>
        [MinLength(1)]
        [Description("c, the numbers of entries")]
        public IReadOnlyList<int> Capacities { get; init; } = [10, 100, 200, 300];

        /// <summary>tau, on vectors of length 1.</summary>
        [MinLength(1)]
        [Description("tau, the tolerances, as L2 distances of vectors of length 1")]
        public IReadOnlyList<double> Tolerances { get; init; } = [0, .. Reference.Select(r => r.Tolerance)];

        /// <summary>How many lookups come before the first insertion.</summary>
        [Range(1, 10_000)]
        [Description("how many lookups come before the first insertion; 1: none do")]
        public int Batch { get; init; } = 1;
    }

    /// <summary>One order of the questions.</summary>
    /// <param name="Data">The questions.</param>
    /// <param name="Seed">The seed of the order; of generated questions too.</param>
    public sealed record Cell(string Data, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() => ProximityWorkload.Needs(Data);
    }

    /// <summary>What was measured at one setting.</summary>
    /// <param name="Capacity">c.</param>
    /// <param name="Tolerance">tau.</param>
    /// <param name="HitRate">Hits over queries.</param>
    /// <param name="Overlap">The mean share of the exact ten documents that were returned.</param>
    /// <param name="Gold">The share of queries with a passage of evidence among the ten.</param>
    /// <param name="GoldWithoutCache">The same without a cache.</param>
    public sealed record Row(int Capacity, double Tolerance, double HitRate, double Overlap, double Gold, double GoldWithoutCache);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Seeds = [1, 2, 3] }
            : new Options { Seeds = [1, 2, 3, 4, 5], Data = [ProximityWorkload.Generated, ProximityWorkload.PubMed] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from data in options.Data
        from seed in options.Seeds
        select new Cell(data, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ProximityWorkload workload = await ProximityWorkload.LoadAsync(cell.Data, context, K, cancellationToken);
        int[] order = context.Random("order").Permutation(workload.Vectors.Length);
        double without = CacheReplay.Score(workload, order, [.. order.Select(_ => -1)], K).Gold;
        foreach (double tolerance in context.Options.Tolerances)
        {
            foreach (int capacity in context.Options.Capacities)
            {
                FlatProximityCache<int> cache = new(
                    new ProximityCacheOptions
                    {
                        Dimension = workload.Vectors[0].Length,
                        Tolerance = (float)tolerance,
                        Capacity = capacity,
                    }
                );
                int[] answeredBy = CacheReplay.Run(cache, workload.Vectors, order, context.Options.Batch, cancellationToken);
                ReplayOutcome outcome = CacheReplay.Score(workload, order, answeredBy, K);
                yield return new Row(capacity, tolerance, outcome.HitRate, outcome.Overlap, outcome.Gold, without);
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (string data in rows.Select(r => r.Cell.Data).Distinct())
        {
            Measured<Cell, Row>[] own = [.. rows.Where(r => r.Cell.Data == data && r.Row.Capacity == 300)];
            yield return new Figure
            {
                Id = $"tradeoff-{data}",
                Title = $"What a tolerance saves and costs, c = 300, {Name(data)}",
                Caption =
                    "Database calls saved, and what the answers are still worth. Where unrelated questions come within the tolerance, the evidence is lost.",
                X = new Axis("Tolerance tau", "L2 distance of unit vectors"),
                Y = new Axis("Share of queries") { Minimum = 0, Maximum = 1 },
                Series =
                [
                    Line("hits", own, r => r.HitRate),
                    Line("overlap with the exact results", own, r => r.Overlap),
                    Line("evidence among the ten", own, r => r.Gold),
                ],
                Provenance = new Provenance(data == ProximityWorkload.PubMed ? DataOrigin.Real : DataOrigin.Generated),
            };
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (string data in new[] { ProximityWorkload.Generated, ProximityWorkload.PubMed })
        {
            yield return For(
                data,
                Claim
                    .Value(
                        $"free-{data}",
                        $"{Name(data)}: up to tau = 0.6 at c = 300 no more than 0.2 % of the queries lose their evidence: the loss at 0.6"
                    )
                    .Published(0, 0.4, "Fig. 3 (right): accuracy 87.1 % without a cache, 87.1 to 87.5 % at tau = 2 and 87.5 to 88.1 % at 5")
                    .Accept(atMost: data == ProximityWorkload.PubMed ? 0.002 : 0.02)
                    .Because(
                        "evidence among the ten stands for the accuracy of the answers; generated questions have one passage of evidence each"
                    )
                    .Measured(Estimate(rows, data, 0.6, r => r.GoldWithoutCache - r.Gold, $"free-{data}"))
            );
            yield return For(
                data,
                Claim
                    .Value(
                        $"collapse-{data}",
                        $"{Name(data)}: at tau = 1.5, above the distance of unrelated questions, the evidence is gone"
                    )
                    .Published(0.366, "Fig. 3 (right): accuracy 36.6 % at tau = 10")
                    .Accept(atMost: 0.05)
                    .Because("the share of queries with evidence, not of right answers: a model that gets a wrong passage still guesses")
                    .Measured(Estimate(rows, data, 1.5, r => r.Gold, $"collapse-{data}"))
            );
            yield return For(
                data,
                Claim
                    .Value($"savings-{data}", $"{Name(data)}: hits at tau = 0.6 and c = 300, where the evidence is kept")
                    .Published(0.159, "Fig. 3 (right): 15.9 % at tau = 2 and c = 300")
                    .Accept(atLeast: data == ProximityWorkload.PubMed ? 0.26 : 0.2)
                    .Because("another encoder and scale of tolerances; the point is that free savings exist")
                    .Measured(Estimate(rows, data, 0.6, r => r.HitRate, $"savings-{data}"))
            );
        }
        foreach ((double tolerance, double hits, double overlap, double gold) in Reference)
        {
            string id = $"reference-{Text(tolerance)}";
            yield return For(
                ProximityWorkload.PubMed,
                Claim
                    .AllOf(
                        id,
                        $"At tau = {Text(tolerance)} and c = 300 hits, overlap and evidence are those of an independent implementation",
                        Part($"{id}-hits", "hit rate", hits, r => r.HitRate),
                        Part($"{id}-overlap", "overlap at 10", overlap, r => r.Overlap),
                        Part($"{id}-gold", "evidence at 10", gold, r => r.Gold)
                    )
                    .StatedWithoutNumber("section 4")
                    .Because(
                        "a prototype in another language measured them on 200 other PubMedQA questions; 200 questions have a standard error of 0.02 to 0.035. With its own questions and orders a test holds them to 0.015"
                    )
            );
            Claim Part(string part, string text, double value, Func<Row, double> of) =>
                Claim
                    .Value(part, text)
                    .Accept(value - 0.06, value + 0.06)
                    .Measured(Estimate(rows, ProximityWorkload.PubMed, tolerance, of, part));
        }
    }

    private static Claim For(string data, Claim claim) =>
        data == ProximityWorkload.PubMed ? claim.Requires([.. ProximityWorkload.Needs(data)]).From(Scale.Full).On(DataOrigin.Real) : claim;

    private static Estimate? Estimate(
        IReadOnlyList<Measured<Cell, Row>> rows,
        string data,
        double tolerance,
        Func<Row, double> of,
        string id
    )
    {
        double[] values =
        [
            .. rows.Where(r => r.Cell.Data == data && r.Row.Tolerance == tolerance && r.Row.Capacity == 300)
                .OrderBy(r => r.Cell.Seed)
                .Select(r => of(r.Row)),
        ];
        return values.Length == 0 ? null : Intervals.OfSeeds(values, Stream(id));
    }

    private static Series Line(string name, Measured<Cell, Row>[] rows, Func<Row, double> of) =>
        new(
            name,
            SeriesKind.Line,
            [
                .. rows.GroupBy(r => r.Row.Tolerance)
                    .OrderBy(g => g.Key)
                    .Select(g =>
                    {
                        Estimate e = Intervals.OfSeeds([.. g.Select(r => of(r.Row))], Stream("figure", name, Text(g.Key)));
                        return new SeriesPoint(g.Key, e.Value, e.Low, e.High);
                    }),
            ]
        );

    private static string Name(string data) => data == ProximityWorkload.PubMed ? "PubMedQA" : "generated questions";

    private static RandomStream Stream(params ReadOnlySpan<string> purpose) =>
        RandomStream.Named(["proximity/medrag", .. purpose, "bootstrap"]);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
