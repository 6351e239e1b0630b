using System.Runtime.CompilerServices;
using ResearchKit.Data;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Rag;

namespace ResearchKit.Papers.RagRoute;

/// <summary>
/// The authors' raw results of MMLU with Llama 3.1 8B and ten Wikipedia clusters, recomputed: accuracy, sources, bytes and latency of asking all, routing, one source at random, and none.
/// </summary>
[Experiment("ragroute/published", Paper = "arXiv:2502.19280", Shows = "The published raw results of MMLU, recomputed")]
public sealed class PublishedRuns : Experiment<PublishedRuns.Options, PublishedRuns.Cell, PublishedRuns.Row>
{
    /// <summary>The options: there are none.</summary>
    public sealed record Options : ExperimentOptions;

    /// <summary>A router.</summary>
    /// <param name="Mode">all, ragroute, random or none.</param>
    [Needs("data:rag-published-ragroute")]
    public sealed record Cell(string Mode);

    /// <summary>A subject under a router.</summary>
    /// <param name="Subject">The subject; <c>total</c> for all queries.</param>
    /// <param name="Questions">The questions.</param>
    /// <param name="Right">Those answered right.</param>
    /// <param name="SourcesPerQuery">Sources asked.</param>
    /// <param name="BytesPerQuery">Bytes that the sources sent.</param>
    /// <param name="MeanRetrievalSeconds">Mean time until the documents were there.</param>
    /// <param name="MedianRetrievalSeconds">Its median: each series begins with a cold start.</param>
    /// <param name="MeanTotalSeconds">Mean time until the answer was there.</param>
    public sealed record Row(
        string Subject,
        int Questions,
        int Right,
        double SourcesPerQuery,
        double BytesPerQuery,
        double MeanRetrievalSeconds,
        double MedianRetrievalSeconds,
        double MeanTotalSeconds
    );

    /// <inheritdoc/>
    public override Options For(Scale scale) => new() { Seeds = [1] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) => PublishedRagRouteRuns.Modes.Select(m => new Cell(m));

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        DatasetFolder folder = await context.Data.RequireAsync("rag-published-ragroute", cancellationToken);
        PublishedRagRouteRuns runs = await PublishedRagRouteRuns.LoadAsync(folder.Path, cancellationToken);
        foreach (Row row in Summarise(runs, cell.Mode))
        {
            yield return row;
        }
    }

    /// <summary>A row for each subject, then one for all queries.</summary>
    internal static IEnumerable<Row> Summarise(PublishedRagRouteRuns runs, string mode)
    {
        PublishedQuery[] queries = [.. runs.Queries.Where(q => q.Mode == mode)];
        ILookup<string, PublishedMessage> messages = runs
            .Messages.Where(m => m.Mode == mode)
            .ToLookup(m => m.Subject, StringComparer.Ordinal);
        foreach (var subject in queries.GroupBy(q => q.Subject, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            yield return Of(subject.Key, [.. subject], messages[subject.Key].Sum(m => m.Bytes));
        }
        yield return Of("total", queries, messages.Sum(g => g.Sum(m => m.Bytes)));
    }

    private static Row Of(string subject, PublishedQuery[] queries, long bytes) =>
        new(
            subject,
            queries.Length,
            queries.Count(q => q.Correct),
            queries.Average(q => q.Sources),
            (double)bytes / queries.Length,
            queries.Average(q => q.DocumentSeconds),
            Quantiles.Median([.. queries.Select(q => q.DocumentSeconds)]),
            queries.Average(q => q.TotalSeconds)
        );

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        string[] subjects = [.. rows.Select(r => r.Row.Subject).Distinct()];
        yield return Bars(
            "accuracy",
            "Accuracy by subject",
            new Axis("Share of right answers") { Minimum = 0, Maximum = 1 },
            r => (double)r.Right / r.Questions
        );
        yield return Bars("sources", "Sources asked by subject", new Axis("Sources", "a query") { Minimum = 0 }, r => r.SourcesPerQuery);

        Figure Bars(string id, string title, Axis y, Func<Row, double> of) =>
            new()
            {
                Id = id,
                Title = title,
                Caption = "The authors' raw results of MMLU with Llama 3.1 8B and ten Wikipedia clusters.",
                X = new Axis("Subject") { Scale = AxisScale.Category, Categories = subjects },
                Y = y,
                Series =
                [
                    .. rows.GroupBy(r => r.Cell.Mode)
                        .Select(g => new Series(
                            g.Key,
                            SeriesKind.Bar,
                            [.. g.Select(r => new SeriesPoint(Array.IndexOf(subjects, r.Row.Subject), of(r.Row)))]
                        )),
                ],
                Width = FigureWidth.Wide,
                Provenance = new Provenance(DataOrigin.Real),
            };
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        Row? all = Total(rows, "all");
        Row? routed = Total(rows, "ragroute");
        Row? random = Total(rows, "random");
        Row? none = Total(rows, "none");
        yield return Real(
            Claim
                .Value("query-reduction", "Source queries saved against asking all")
                .Published(0.8065, "abstract of the extended version: up to 80.65 % less communication")
                .Accept(0.80, 0.81)
                .Because("these raw results are of nine subjects; the abstract's number is the best case")
                .Measured(Exactly(1 - (routed?.SourcesPerQuery / all?.SourcesPerQuery)))
        );
        yield return Real(
            Claim
                .Value("byte-reduction", "Bytes saved against asking all")
                .Published(0.8065, "abstract of the extended version")
                .Accept(0.80, 0.81)
                .Because("answers of ten documents are of nearly one size, so bytes follow queries")
                .Measured(Exactly(1 - (routed?.BytesPerQuery / all?.BytesPerQuery)))
        );
        yield return Real(
            Claim
                .Difference("accuracy-kept", "Accuracy with routing minus that of asking all")
                .Published(-0.0101, "extended version: 76.09 against 77.10 % (all subjects)")
                .Accept(atLeast: -0.01)
                .Because("nine subjects, whose accuracy is lower in all modes")
                .Measured(
                    routed is null || all is null ? null : Intervals.Newcombe(routed.Right, routed.Questions, all.Right, all.Questions)
                )
        );
        yield return Real(
            Claim
                .Difference(
                    "random-below-none",
                    "Accuracy with one source at random minus that without retrieval: wrong context is worse than none"
                )
                .Published(-0.0161, "extended version: 71.74 against 73.35 %")
                .Accept(atMost: 0)
                .Because("nine subjects")
                .Measured(
                    random is null || none is null ? null : Intervals.Newcombe(random.Right, random.Questions, none.Right, none.Questions)
                )
        );
        yield return Real(
            Claim
                .Ratio("latency", "Median retrieval time with routing over that of asking all")
                .Published(0.475, "abstract of the extended version: up to 52.50 % lower latency")
                .Accept(0.4, 0.7)
                .Because("medians, as each series begins with a cold start; the slowest of fewer sources is faster")
                .Measured(Exactly(routed?.MedianRetrievalSeconds / all?.MedianRetrievalSeconds))
        );
    }

    private static Claim Real(Claim claim) => claim.Requires("data:rag-published-ragroute").On(DataOrigin.Real).WithSeedsAtLeast(1);

    private static Row? Total(IReadOnlyList<Measured<Cell, Row>> rows, string mode) =>
        rows.FirstOrDefault(r => r.Cell.Mode == mode && r.Row.Subject == "total")?.Row;

    private static Estimate? Exactly(double? value) => value is { } v ? new Estimate(v, v, v, 0, 1, IntervalMethod.Deterministic) : null;
}
