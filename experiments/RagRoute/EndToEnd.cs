using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;
using ResearchKit.Rag;
using ResearchKit.Simulation;

namespace ResearchKit.Papers.RagRoute;

/// <summary>
/// Source queries, bytes, retrieval latency and document recall of five strategies on real retrieval over a simulated network: a query waits for the slowest source it asks.
/// </summary>
/// <remarks>
/// A source's service time is drawn from the authors' published times (invented federation: log-normal, median 0.45 s), the same for every strategy; an answer of ten documents has
/// their mean size of 7,030 bytes; links have a round trip of 20 ms.
/// </remarks>
[Experiment("ragroute/end-to-end", Paper = "arXiv:2502.19280", Shows = "Queries, bytes, latency and recall by strategy")]
public sealed class EndToEnd : Experiment<EndToEnd.Options, EndToEnd.Cell, EndToEnd.Row>
{
    private const long AnswerBytes = 7_030;
    private const int K = 32;

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The federations: <c>generated</c>, or <c>real-mirage</c>.</summary>
        [PlanOnly]
        [MinLength(1)]
        [Description("the federations: generated, real-mirage")]
        public IReadOnlyList<string> Data { get; init; } = [FederationData.Generated];

        /// <summary>Link speeds.</summary>
        [MinLength(1)]
        [Description("link speeds, in Mbit/s")]
        public IReadOnlyList<double> Megabits { get; init; } = [10, 100, 1000];

        /// <summary>Round trip.</summary>
        [Range(0, 10_000)]
        [Description("round trip of a link, in milliseconds")]
        public double RoundTripMs { get; init; } = 20;

        /// <summary>Epochs of training.</summary>
        [Range(1, 1000)]
        [Description("epochs of training")]
        public int Epochs { get; init; } = 15;
    }

    /// <summary>A split of a federation's queries.</summary>
    /// <param name="Data">The federation.</param>
    /// <param name="Seed">The seed.</param>
    public sealed record Cell(string Data, int Seed) : ICellNeeds
    {
        /// <inheritdoc/>
        public IEnumerable<string> Needs() =>
            Data == FederationData.Generated ? [] : [.. FederationData.Needs(Data), "data:rag-published-ragroute"];
    }

    /// <summary>A strategy at a link speed.</summary>
    /// <param name="Strategy">all, ragroute, random, none or oracle.</param>
    /// <param name="Megabits">Of every link.</param>
    /// <param name="SourcesPerQuery">Sources asked.</param>
    /// <param name="BytesPerQuery">Bytes of their answers.</param>
    /// <param name="MeanLatencyMs">Mean time until the last answer.</param>
    /// <param name="P99LatencyMs">Its 99th percentile.</param>
    /// <param name="DocumentRecall">The share of the 32 best documents that asked sources own.</param>
    public sealed record Row(
        string Strategy,
        double Megabits,
        double SourcesPerQuery,
        double BytesPerQuery,
        double MeanLatencyMs,
        double P99LatencyMs,
        double DocumentRecall
    );

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options { Seeds = [1, 2, 3] }
            : new Options
            {
                Seeds = [1, 2, 3],
                Data = [FederationData.RealMirage],
                Epochs = 12,
            };

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
        bool generated = cell.Data == FederationData.Generated;
        Federation federation = await FederationData.LoadAsync(cell.Data, 4, generated ? 10 : K, context, cancellationToken);
        RoutingSplit split = RoutingSplit.Draw(federation, 0.36, 0.04, context.Random("split"));
        double[] published = generated ? [] : await ServiceSecondsAsync(context, cancellationToken);
        double[] service = new double[split.Test.Count * split.Sources.Count];
        RandomStream times = context.Random("service");
        for (int i = 0; i < service.Length; i++)
        {
            service[i] = generated ? 0.45 * Math.Exp(0.5 * times.NextGaussian()) : published[times.NextInt(published.Length)];
        }
        RouterTrainingOptions training = new() { Epochs = context.Options.Epochs, Threshold = RouterThreshold.ForRecall(0.95) };
        string[] names = [.. split.Sources.Select(s => s.Name)];
        ISourceRouter[] strategies =
        [
            new AllRouter(names),
            new RouterTrainer(training).Train(split.Training, split.Validation, context.Random("router"), ct: cancellationToken).Router,
            new RandomRouter(names, 2, context.Random("random-router")),
            new NoneRouter(names),
            split.Oracle(),
        ];
        foreach (ISourceRouter strategy in strategies)
        {
            (bool[] asked, _) = await split.DecideAsync(strategy, cancellationToken);
            foreach (double megabits in context.Options.Megabits)
            {
                yield return Measure(strategy.Name, federation, split, asked, service, megabits, context.Options.RoundTripMs);
            }
        }
    }

    private static Row Measure(
        string strategy,
        Federation federation,
        RoutingSplit split,
        bool[] asked,
        double[] service,
        double megabits,
        double roundTripMs
    )
    {
        int sources = split.Sources.Count;
        Link link = Link.OfMegabits(VirtualTime.FromSeconds(roundTripMs / 2000), megabits);
        double network = (roundTripMs / 2) + (1000 * link.TransferTime(AnswerBytes).Seconds);
        double[] latencies = new double[split.Test.Count];
        for (int q = 0; q < latencies.Length; q++)
        {
            for (int s = 0; s < sources; s++)
            {
                latencies[q] = asked[(q * sources) + s]
                    ? Math.Max(latencies[q], (1000 * service[(q * sources) + s]) + network)
                    : latencies[q];
            }
        }
        double perQuery = asked.Count(a => a) / (double)latencies.Length;
        return new Row(
            strategy,
            megabits,
            perQuery,
            perQuery * AnswerBytes,
            latencies.Average(),
            Quantiles.Of(latencies, 0.99),
            federation.DocumentRecall(split.Test, asked)
        );
    }

    private static async Task<double[]> ServiceSecondsAsync(CellContext<Options> context, CancellationToken ct)
    {
        DatasetFolder folder = await context.Data.RequireAsync("rag-published-ragroute", ct);
        PublishedRagRouteRuns runs = await PublishedRagRouteRuns.LoadAsync(folder.Path, ct);
        return [.. runs.Messages.Where(m => m.Mode == "all").Select(m => m.Seconds)];
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (string data in rows.Select(r => r.Cell.Data).Distinct())
        {
            yield return new Figure
            {
                Id = $"latency-recall-{data}",
                Title = $"Document recall by retrieval latency, {data}, 100 Mbit/s",
                Caption = "Upper left is better. Service times are the authors' published ones (invented federation: log-normal).",
                X = new Axis("Mean retrieval latency", "ms") { Minimum = 0 },
                Y = new Axis("Share of the best documents") { Minimum = 0, Maximum = 1.02 },
                Series =
                [
                    .. rows.Where(r => r.Cell.Data == data && r.Row.Megabits == 100)
                        .GroupBy(r => r.Row.Strategy)
                        .Select(g => new Series(
                            g.Key,
                            SeriesKind.Scatter,
                            [new SeriesPoint(g.Average(r => r.Row.MeanLatencyMs), g.Average(r => r.Row.DocumentRecall))]
                        )),
                ],
                Provenance = new Provenance(
                    data == FederationData.Generated ? DataOrigin.Generated : DataOrigin.Real,
                    HardwareOrigin.Simulated
                ),
            };
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach (string data in new[] { FederationData.Generated, FederationData.RealMirage })
        {
            yield return For(
                data,
                Claim
                    .Difference(
                        $"bytes-follow-queries-{data}",
                        $"{data}: share of bytes saved minus share of source queries saved, in percent"
                    )
                    .Published(0, 0.3, "abstract: up to 77.5 % fewer queries, up to 76.2 % less communication")
                    .Accept(-5, 5)
                    .Because("answers of ten documents are of one size here, of nearly one size in the published results")
                    .Measured(Saved(rows, data))
            );
            yield return For(
                data,
                Claim
                    .Ratio($"latency-{data}", $"{data}: mean retrieval latency with routing over that of asking all, at 100 Mbit/s")
                    .Published(0.475, "abstract of the extended version: up to 52.50 % lower latency")
                    .Accept(atMost: 1)
                    .Because(
                        "the slowest of fewer sources is faster; by how much depends on the threshold, here for 95 % of the relevant sources"
                    )
                    .Measured(Ratio(rows, data, r => r.MeanLatencyMs))
            );
            yield return For(
                data,
                Claim
                    .Value($"recall-{data}", $"{data}: the share of the best documents found with routing")
                    .StatedWithoutNumber("abstract: recall is kept")
                    .Accept(atLeast: 0.9)
                    .Because("the threshold was chosen for 95 % of the relevant sources on validation queries")
                    .Measured(Mean(rows, data, r => r.DocumentRecall))
            );
        }
    }

    private static Claim For(string data, Claim claim) =>
        data == FederationData.RealMirage
            ? claim
                .Requires([.. FederationData.Needs(data), "data:rag-published-ragroute"])
                .From(Scale.Full)
                .On(DataOrigin.Real, HardwareOrigin.Simulated)
            : claim.On(DataOrigin.Generated, HardwareOrigin.Simulated);

    private static Estimate? Saved(IReadOnlyList<Measured<Cell, Row>> rows, string data)
    {
        double[] bytes = Shares(rows, data, r => r.BytesPerQuery);
        double[] queries = Shares(rows, data, r => r.SourcesPerQuery);
        return bytes.Length == 0 ? null : Intervals.PairedDifference(bytes, queries, Stream(data, "bytes"));
    }

    private static double[] Shares(IReadOnlyList<Measured<Cell, Row>> rows, string data, Func<Row, double> of)
    {
        double[] routed = Values(rows, data, SourceRouters.RagRoute, of);
        double[] all = Values(rows, data, SourceRouters.All, of);
        return routed.Length != all.Length ? [] : [.. routed.Zip(all, (r, a) => 100 * (1 - (r / a)))];
    }

    private static Estimate? Ratio(IReadOnlyList<Measured<Cell, Row>> rows, string data, Func<Row, double> of)
    {
        double[] routed = Values(rows, data, SourceRouters.RagRoute, of);
        double[] all = Values(rows, data, SourceRouters.All, of);
        return routed.Length == 0 || routed.Length != all.Length ? null : Intervals.PairedRatio(routed, all, Stream(data, "ratio"));
    }

    private static Estimate? Mean(IReadOnlyList<Measured<Cell, Row>> rows, string data, Func<Row, double> of)
    {
        double[] values = Values(rows, data, SourceRouters.RagRoute, of);
        return values.Length == 0 ? null : Intervals.OfSeeds(values, Stream(data, "mean"));
    }

    private static double[] Values(IReadOnlyList<Measured<Cell, Row>> rows, string data, string strategy, Func<Row, double> of) =>
        [
            .. rows.Where(r => r.Cell.Data == data && r.Row.Strategy == strategy && r.Row.Megabits == 100)
                .OrderBy(r => r.Cell.Seed)
                .Select(r => of(r.Row)),
        ];

    private static RandomStream Stream(params ReadOnlySpan<string> purpose) =>
        RandomStream.Named(["ragroute/end-to-end", .. purpose, "bootstrap"]);
}
