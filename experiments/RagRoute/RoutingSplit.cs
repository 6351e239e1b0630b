using System.Globalization;
using ResearchKit.Numerics;
using ResearchKit.Rag;

namespace ResearchKit.Papers.RagRoute;

/// <summary>A federation's queries, split within each data set into training, validation and test.</summary>
internal sealed class RoutingSplit
{
    private readonly Federation _federation;
    private readonly int[] _test;
    private readonly RouterTrainingSet _all;

    private RoutingSplit(Federation federation, int[] training, int[] validation, int[] test)
    {
        (_federation, _test) = (federation, test);
        Sources = federation.CentroidsOfQueries ? WithCentroids(federation, training) : federation.Sources;
        QueryEmbeddings[] queries =
        [
            .. federation.Queries.Select((q, i) => new QueryEmbeddings(Sources[0].Encoder, q.Of(Sources[0].Encoder), IdOf(i))),
        ];
        _all = new RouterTrainingSet(Sources, queries, federation.Labels);
        Training = _all.Subset(training);
        Validation = _all.Subset(validation);
        Groups = [.. test.Select(q => federation.Groups[q]).Distinct()];
        Groups = Groups.Count > 1 ? Groups : [];
    }

    /// <summary>The sources, with their centroids.</summary>
    public IReadOnlyList<SourceProfile> Sources { get; }

    /// <summary>What the router learns from.</summary>
    public RouterTrainingSet Training { get; }

    /// <summary>What epoch and threshold are chosen on.</summary>
    public RouterTrainingSet Validation { get; }

    /// <summary>The data sets of the test queries, if there are several.</summary>
    public IReadOnlyList<string> Groups { get; }

    /// <summary>The test queries.</summary>
    public IReadOnlyList<int> Test => _test;

    /// <summary>Draws a split.</summary>
    public static RoutingSplit Draw(Federation federation, double trainShare, double validationShare, RandomStream stream)
    {
        List<int> training = [];
        List<int> validation = [];
        List<int> test = [];
        foreach (var group in federation.Groups.Select((g, q) => (g, q)).GroupBy(p => p.g, p => p.q))
        {
            int[] order = [.. group];
            stream.Shuffle<int>(order);
            int first = (int)Math.Round(order.Length * trainShare);
            int second = first + (int)Math.Round(order.Length * validationShare);
            training.AddRange(order[..first]);
            validation.AddRange(order[first..second]);
            test.AddRange(order[second..]);
        }
        return new RoutingSplit(federation, [.. training], [.. validation], [.. test]);
    }

    /// <summary>The router that knows the labels.</summary>
    public OracleRouter Oracle() =>
        new(
            [.. Sources.Select(s => s.Name)],
            Enumerable
                .Range(0, _all.QueryCount)
                .ToDictionary(
                    IdOf,
                    q =>
                        (IReadOnlySet<string>)
                            Sources.Where((_, s) => _all.IsRelevant(q, s)).Select(s => s.Name).ToHashSet(StringComparer.Ordinal),
                    StringComparer.Ordinal
                )
        );

    /// <summary>Which sources a router asks, for each test query in turn, and its scores.</summary>
    public async Task<(bool[] Asked, double[] Scores)> DecideAsync(ISourceRouter router, CancellationToken ct)
    {
        bool[] asked = new bool[_test.Length * Sources.Count];
        double[] scores = new double[asked.Length];
        for (int i = 0; i < _test.Length; i++)
        {
            ct.ThrowIfCancellationRequested();
            RoutingDecision decision = await router.RouteAsync(_all.Query(_test[i]), ct);
            for (int s = 0; s < Sources.Count; s++)
            {
                (asked[(i * Sources.Count) + s], scores[(i * Sources.Count) + s]) = (
                    decision.Scores[s].Chosen,
                    decision.Scores[s].Probability
                );
            }
        }
        return (asked, scores);
    }

    /// <summary>Evaluates a router on all test queries, then on those of each data set.</summary>
    public async Task<IReadOnlyList<RoutingRow>> EvaluateAsync(ISourceRouter router, string name, CancellationToken ct)
    {
        (bool[] asked, double[] scores) = await DecideAsync(router, ct);
        return [.. Groups.Prepend("all").Select(group => Evaluate(router, name, group, asked, scores))];
    }

    private RoutingRow Evaluate(ISourceRouter router, string name, string group, bool[] asked, double[] scores)
    {
        int[] places = [.. Enumerable.Range(0, _test.Length).Where(i => group == "all" || _federation.Groups[_test[i]] == group)];
        T[] Of<T>(T[] pairs) => [.. places.SelectMany(i => pairs.Skip(i * Sources.Count).Take(Sources.Count))];
        bool[] labels = [.. places.SelectMany(i => Enumerable.Range(0, Sources.Count).Select(s => _all.IsRelevant(_test[i], s)))];
        RouterEvaluation e = RouterEvaluation.Of(labels, Of(asked), Of(scores), Sources.Count);
        double threshold = (router is NamedRouter named ? named.Inner : router) is NeuralSourceRouter neural
            ? neural.Threshold
            : double.NaN;
        return new RoutingRow(
            name,
            group,
            places.Length,
            threshold,
            e.Counts.Accuracy,
            e.Counts.Precision,
            e.Counts.TruePositiveRate,
            e.Counts.F1,
            e.AreaUnderRoc,
            e.SourcesPerQuery,
            e.RelevantPerQuery,
            e.QueryReduction,
            _federation.DocumentRecall([.. places.Select(i => _test[i])], Of(asked))
        );
    }

    private static string IdOf(int query) => query.ToString(CultureInfo.InvariantCulture);

    private static SourceProfile[] WithCentroids(Federation federation, int[] training)
    {
        int n = federation.Sources.Count;
        return
        [
            .. federation.Sources.Select(
                (source, s) =>
                    source with
                    {
                        Centroid = SourceProfile.MeanOf(
                            training.Where(q => federation.Labels[(q * n) + s]).Select(q => federation.Queries[q].Of(source.Encoder))
                        ),
                    }
            ),
        ];
    }
}
