using ResearchKit.Metrics;

namespace ResearchKit.Rag;

/// <summary>How good a router is on labelled queries.</summary>
/// <param name="Counts">Decisions over all pairs.</param>
/// <param name="AreaUnderRoc">Of the scores; NaN where labels are of one class.</param>
/// <param name="SourcesPerQuery">How many sources are asked, in the mean.</param>
/// <param name="RelevantPerQuery">How many are relevant, in the mean.</param>
/// <param name="QueryReduction">1 - asked over all.</param>
public sealed record RouterEvaluation(
    BinaryCounts Counts,
    double AreaUnderRoc,
    double SourcesPerQuery,
    double RelevantPerQuery,
    double QueryReduction
)
{
    /// <summary>Evaluates any router.</summary>
    /// <param name="router">The router.</param>
    /// <param name="set">Queries that it was not trained on.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<RouterEvaluation> OfAsync(
        ISourceRouter router,
        RouterTrainingSet set,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(router);
        ArgumentNullException.ThrowIfNull(set);
        int sources = set.Sources.Count;
        bool[] asked = new bool[set.QueryCount * sources];
        double[] scores = new double[asked.Length];
        for (int q = 0; q < set.QueryCount; q++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RoutingDecision decision = await router.RouteAsync(set.Query(q), cancellationToken).ConfigureAwait(false);
            for (int s = 0; s < sources; s++)
            {
                (asked[(q * sources) + s], scores[(q * sources) + s]) = (decision.Scores[s].Chosen, decision.Scores[s].Probability);
            }
        }
        return Of(set.Labels(), asked, scores, sources);
    }

    /// <summary>Evaluates decisions.</summary>
    /// <param name="labels">Whether a pair is relevant, query after query.</param>
    /// <param name="asked">Whether it is asked.</param>
    /// <param name="scores">Its score.</param>
    /// <param name="sources">The sources of a query.</param>
    public static RouterEvaluation Of(bool[] labels, bool[] asked, double[] scores, int sources)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfLessThan(sources, 1);
        double queries = (double)labels.Length / sources;
        double perQuery = asked.Count(a => a) / queries;
        return new RouterEvaluation(
            RouterTrainer.Counts(labels, [.. asked.Select(a => a ? 1.0 : 0)], 0.5),
            labels.Distinct().Count() < 2 ? double.NaN : Classification.AreaUnderRoc(labels, scores),
            perQuery,
            labels.Count(l => l) / queries,
            1 - (perQuery / sources)
        );
    }

    /// <summary>The probabilities of all pairs, query after query.</summary>
    internal static double[] Probabilities(NeuralSourceRouter router, RouterTrainingSet set)
    {
        int sources = set.Sources.Count;
        double[] probabilities = new double[set.QueryCount * sources];
        for (int q = 0; q < set.QueryCount; q++)
        {
            router.Score(set.Query(q), probabilities.AsSpan(q * sources, sources));
        }
        return probabilities;
    }

    /// <summary>The temperature that makes probabilities most likely, by golden section on its logarithm; 1 where labels are of one class.</summary>
    internal static double FitTemperature(bool[] labels, double[] probabilities)
    {
        if (labels.Distinct().Count() < 2)
        {
            return 1;
        }
        double[] logits = [.. probabilities.Select(p => Math.Log(Math.Max(p, 1e-12) / Math.Max(1 - p, 1e-12)))];
        double ratio = (Math.Sqrt(5) - 1) / 2;
        (double low, double high) = (Math.Log(0.05), Math.Log(20));
        for (int i = 0; i < 60; i++)
        {
            double a = high - (ratio * (high - low));
            double b = low + (ratio * (high - low));
            (low, high) = Loss(a) < Loss(b) ? (low, b) : (a, high);
        }
        return Math.Exp((low + high) / 2);

        double Loss(double logTemperature)
        {
            double t = Math.Exp(logTemperature);
            return Classification.LogLoss([.. logits.Select(l => 1 / (1 + Math.Exp(-l / t)))], labels);
        }
    }
}
