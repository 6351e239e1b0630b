using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;
using ResearchKit.Rag;

namespace ResearchKit.Papers.RagRoute;

/// <summary>The options of the experiments on routing.</summary>
public sealed record RoutingOptions : ExperimentOptions
{
    /// <summary>The federations: <c>generated</c>, or the published data of the experiment.</summary>
    [PlanOnly]
    [MinLength(1)]
    [Description("the federations: generated, or the published data of the experiment")]
    public IReadOnlyList<string> Data { get; init; } = [FederationData.Generated];

    /// <summary>Epochs of training.</summary>
    [Range(1, 1000)]
    [Description("epochs of training; the authors take 150")]
    public int Epochs { get; init; } = 15;

    /// <summary>Whether the classifiers of ML.NET are trained as well.</summary>
    [Description("whether logistic regression and a random forest are trained as well")]
    public bool Classifiers { get; init; }
}

/// <summary>A split of a federation's queries.</summary>
/// <param name="Data">The federation.</param>
/// <param name="Seed">The seed of the split, the network, and of an invented federation.</param>
public sealed record RoutingCell(string Data, int Seed) : ICellNeeds
{
    /// <inheritdoc/>
    public IEnumerable<string> Needs() => FederationData.Needs(Data);
}

/// <summary>A router on the test queries of a split.</summary>
/// <param name="Router">Its name; <c>ragroute-5x</c> with five-fold positive weight, <c>ragroute-r95</c> at the threshold that reaches 95 % of the relevant validation pairs.</param>
/// <param name="Group">The data set of the queries; <c>all</c> for all.</param>
/// <param name="Queries">The test queries.</param>
/// <param name="Threshold">The probability above which a source is asked; NaN where there is none.</param>
/// <param name="Accuracy">Right decisions over all pairs.</param>
/// <param name="Precision">Relevant over asked.</param>
/// <param name="Recall">Asked over relevant.</param>
/// <param name="F1">Their harmonic mean.</param>
/// <param name="AreaUnderRoc">Of the probabilities.</param>
/// <param name="SourcesPerQuery">Sources asked.</param>
/// <param name="RelevantPerQuery">Sources relevant.</param>
/// <param name="QueryReduction">1 - asked over all sources.</param>
/// <param name="DocumentRecall">The share of the global best documents that asked sources own; NaN without documents.</param>
public sealed record RoutingRow(
    string Router,
    string Group,
    int Queries,
    double Threshold,
    double Accuracy,
    double Precision,
    double Recall,
    double F1,
    double AreaUnderRoc,
    double SourcesPerQuery,
    double RelevantPerQuery,
    double QueryReduction,
    double DocumentRecall
);

/// <summary>
/// What the experiments on routing share: queries are split, a router is trained, and it is compared with all baselines on the test queries. An experiment names its data and its claims.
/// </summary>
public abstract class RoutingExperiment : Experiment<RoutingOptions, RoutingCell, RoutingRow>
{
    /// <summary>The group of all test queries.</summary>
    protected const string AllGroups = "all";

    private protected abstract RoutingSetup Setup { get; }

    /// <inheritdoc/>
    public override RoutingOptions For(Scale scale) =>
        scale switch
        {
            Scale.Quick => new RoutingOptions { Seeds = [1, 2, 3] },
            Scale.Full => new RoutingOptions
            {
                Seeds = [1, 2, 3],
                Data = [Setup.Data],
                Epochs = Setup.FullEpochs,
                Classifiers = true,
            },
            _ => new RoutingOptions
            {
                Seeds = [1, 2, 3, 4, 5],
                Data = [Setup.Data],
                Epochs = 150,
                Classifiers = true,
            },
        };

    /// <inheritdoc/>
    public override IEnumerable<RoutingCell> Plan(RoutingOptions options) =>
        from data in options.Data
        from seed in options.Seeds
        select new RoutingCell(data, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<RoutingRow> MeasureAsync(
        RoutingCell cell,
        CellContext<RoutingOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Federation federation = await FederationData.LoadAsync(cell.Data, Setup.Sources, Setup.K, context, cancellationToken);
        RoutingSplit split = RoutingSplit.Draw(federation, Setup.TrainShare, Setup.ValidationShare, context.Random("split"));
        foreach (ISourceRouter router in Routers(split, context, cancellationToken))
        {
            string name = router is NamedRouter named ? named.Name : router.Name;
            foreach (RoutingRow row in await split.EvaluateAsync(router, name, cancellationToken))
            {
                yield return row;
            }
        }
    }

    private IEnumerable<ISourceRouter> Routers(RoutingSplit split, CellContext<RoutingOptions> context, CancellationToken ct)
    {
        RouterTrainingOptions options = Setup.Training with { Epochs = context.Options.Epochs };
        NeuralSourceRouter router = Train(options, "router");
        yield return router;
        bool[] labels = split.Validation.Labels();
        double[] probabilities = RouterProbabilities(router, split.Validation);
        double r95 = RouterThreshold.ForRecall(0.95).Choose(labels, probabilities, split.Sources.Count);
        yield return new NamedRouter("ragroute-r95", router.WithThreshold(r95));
        if (Setup.FiveFold)
        {
            yield return new NamedRouter("ragroute-5x", Train(options with { PositiveWeight = 5 }, "router-5x"));
        }
        string[] names = [.. split.Sources.Select(s => s.Name)];
        yield return new AllRouter(names);
        yield return new NoneRouter(names);
        yield return new RandomRouter(names, Setup.Asked, context.Random("random-router"));
        yield return split.Oracle();
        yield return new PriorRouter(split.Training);
        for (int m = 1; m < Math.Min(split.Sources.Count, 7); m++)
        {
            yield return new NamedRouter(
                string.Create(CultureInfo.InvariantCulture, $"centroid-{m}"),
                new CentroidRouter(split.Sources, m)
            );
        }
        if (context.Options.Classifiers)
        {
            yield return ClassifierRouter.TrainLogistic(split.Training);
            yield return ClassifierRouter.TrainForest(split.Training);
        }

        NeuralSourceRouter Train(RouterTrainingOptions how, string stream) =>
            new RouterTrainer(how).Train(split.Training, split.Validation, context.Random(stream), ct: ct).Router;
    }

    private static double[] RouterProbabilities(NeuralSourceRouter router, RouterTrainingSet set)
    {
        double[] probabilities = new double[set.QueryCount * set.Sources.Count];
        for (int q = 0; q < set.QueryCount; q++)
        {
            router.Score(set.Query(q), probabilities.AsSpan(q * set.Sources.Count, set.Sources.Count));
        }
        return probabilities;
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<RoutingCell, RoutingRow>> rows)
    {
        foreach (string data in rows.Select(r => r.Cell.Data).Distinct())
        {
            Measured<RoutingCell, RoutingRow>[] own = [.. rows.Where(r => r.Cell.Data == data && r.Row.Group == AllGroups)];
            bool documents = own.Any(r => !double.IsNaN(r.Row.DocumentRecall));
            yield return new Figure
            {
                Id = $"{(documents ? "document" : "source")}-recall-{data}",
                Title = $"{(documents ? "Document" : "Source")} recall by sources asked, {data}",
                Caption =
                    "Each router at the number of sources it asks: upper left is better. Routers with a fixed number of sources are drawn at each number.",
                X = new Axis("Sources asked", "a query") { Minimum = 0 },
                Y = new Axis(documents ? "Share of the best documents" : "Share of relevant sources") { Minimum = 0, Maximum = 1.02 },
                Series =
                [
                    .. own.GroupBy(r => r.Row.Router.StartsWith("centroid", StringComparison.Ordinal) ? "centroid" : r.Row.Router)
                        .Select(g => new Series(
                            g.Key,
                            g.Key == "centroid" ? SeriesKind.Line : SeriesKind.Scatter,
                            [
                                .. g.GroupBy(r => r.Row.Router)
                                    .Select(r => new SeriesPoint(
                                        r.Average(x => x.Row.SourcesPerQuery),
                                        r.Average(x =>
                                            documents ? x.Row.DocumentRecall
                                            : double.IsNaN(x.Row.Recall) ? 0
                                            : x.Row.Recall
                                        )
                                    ))
                                    .OrderBy(p => p.X),
                            ]
                        )),
                ],
                Width = FigureWidth.Wide,
                Provenance = new Provenance(data == FederationData.Generated ? DataOrigin.Generated : DataOrigin.Real),
            };
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<RoutingCell, RoutingRow>> rows)
    {
        yield return Claim
            .Difference(
                "over-prior-generated",
                "Invented sources: the router's area under the curve is above that of the sources' rates alone"
            )
            .StatedWithoutNumber("section 3: the router learns from query and source")
            .Accept(atLeast: 0.04)
            .Because("sources hold topics, so the query tells where its documents are")
            .Measured(Paired(rows, FederationData.Generated, r => r.AreaUnderRoc, SourceRouters.RagRoute, SourceRouters.Prior));
        yield return Claim
            .Value(
                "recall-generated",
                "Invented sources: the share of the best documents that the router's sources own at the threshold for 95 % of the relevant validation pairs"
            )
            .StatedWithoutNumber("abstract: fewer queries at a recall close to asking all")
            .Accept(atLeast: 0.9)
            .Because("the threshold is for pairs; documents of one query crowd in few sources, so more of them are found")
            .Measured(Mean(rows, FederationData.Generated, "ragroute-r95", r => r.DocumentRecall));
        foreach (Claim claim in OnRealData(rows))
        {
            yield return claim.Requires([.. FederationData.Needs(Setup.Data)]).From(Scale.Full).On(DataOrigin.Real);
        }
    }

    private protected abstract IEnumerable<Claim> OnRealData(IReadOnlyList<Measured<RoutingCell, RoutingRow>> rows);

    private protected Estimate? Mean(
        IReadOnlyList<Measured<RoutingCell, RoutingRow>> rows,
        string data,
        string router,
        Func<RoutingRow, double> of,
        string group = AllGroups
    )
    {
        double[] values = Values(rows, data, router, of, group);
        return values.Length == 0 ? null : Intervals.OfSeeds(values, Stream(data, router));
    }

    private protected Estimate? Paired(
        IReadOnlyList<Measured<RoutingCell, RoutingRow>> rows,
        string data,
        Func<RoutingRow, double> of,
        string router,
        string baseline
    )
    {
        double[] a = Values(rows, data, router, of, AllGroups);
        double[] b = Values(rows, data, baseline, of, AllGroups);
        return a.Length == 0 || a.Length != b.Length ? null : Intervals.PairedDifference(a, b, Stream(data, router, baseline));
    }

    private protected static double[] Values(
        IReadOnlyList<Measured<RoutingCell, RoutingRow>> rows,
        string data,
        string router,
        Func<RoutingRow, double> of,
        string group
    ) =>
        [
            .. rows.Where(r => r.Cell.Data == data && r.Row.Router == router && r.Row.Group == group)
                .OrderBy(r => r.Cell.Seed)
                .Select(r => of(r.Row)),
        ];

    private protected RandomStream Stream(params ReadOnlySpan<string> purpose) => RandomStream.Named([Info.Id, .. purpose, "bootstrap"]);
}
