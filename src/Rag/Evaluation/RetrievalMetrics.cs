using ResearchKit.Metrics;

namespace ResearchKit.Rag;

/// <summary>The measures of the two papers that <see cref="Ranking"/> has not.</summary>
public static class RetrievalMetrics
{
    /// <summary>Overlap at k, the "recall" of approximate retrieval: the share of the exact results that were returned.</summary>
    /// <param name="returned">The documents returned, best first.</param>
    /// <param name="exact">What an exact search returns, best first.</param>
    /// <param name="k">How many count; the divisor is the smaller of k and the number of exact results. NaN where there is none.</param>
    public static double OverlapAtK(IReadOnlyList<string> returned, IReadOnlyList<string> exact, int k)
    {
        ArgumentNullException.ThrowIfNull(returned);
        ArgumentNullException.ThrowIfNull(exact);
        HashSet<string> right = new(exact.Take(k), StringComparer.Ordinal);
        return Ranking.RecallAtK<string>([.. returned], right, k);
    }

    /// <summary>Gold at k: whether any of the first k documents is evidence for the query.</summary>
    /// <param name="returned">The documents returned, best first.</param>
    /// <param name="evidence">The labelled evidence.</param>
    /// <param name="k">How many count.</param>
    public static bool GoldAtK(IReadOnlyList<string> returned, IReadOnlySet<string> evidence, int k)
    {
        ArgumentNullException.ThrowIfNull(returned);
        ArgumentNullException.ThrowIfNull(evidence);
        return returned.Take(k).Any(evidence.Contains);
    }

    /// <summary>Normalised graded precision at k (TREC FedWeb): the grades of the k chosen sources over the largest sum that k sources can have. NaN where all grades are zero.</summary>
    /// <param name="chosen">The chosen sources, best first.</param>
    /// <param name="grades">The grade of each source, none negative.</param>
    /// <param name="k">How many count, at least 1.</param>
    public static double GradedPrecisionAtK(IReadOnlyList<string> chosen, IReadOnlyDictionary<string, double> grades, int k)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        ArgumentNullException.ThrowIfNull(grades);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        double best = grades.Values.OrderDescending().Take(k).Sum();
        return best == 0 ? double.NaN : chosen.Take(k).Sum(s => grades.GetValueOrDefault(s)) / best;
    }
}
