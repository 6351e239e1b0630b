namespace ResearchKit.Metrics;

/// <summary>The quality of ranked results. Ranks count from 1; an item that occurs twice in a ranking counts at its first place.</summary>
public static class Ranking
{
    /// <summary>The share of the relevant items that are among the first k; NaN if nothing is relevant.</summary>
    /// <param name="ranked">The results, best first.</param>
    /// <param name="relevant">What is relevant.</param>
    /// <param name="k">How many results count; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1.</exception>
    public static double RecallAtK<T>(ReadOnlySpan<T> ranked, IReadOnlySet<T> relevant, int k)
    {
        ArgumentNullException.ThrowIfNull(relevant);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        HashSet<T> found = [];
        foreach (T item in ranked[..Math.Min(k, ranked.Length)])
        {
            if (relevant.Contains(item))
            {
                found.Add(item);
            }
        }

        return relevant.Count == 0 ? double.NaN : (double)found.Count / relevant.Count;
    }

    /// <summary>
    /// Normalised discounted cumulative gain: the sum over ranks i up to k of (2^rel - 1) / log2(i + 1), divided by that of the best order of all judged items.
    /// NaN if no item has a gain.
    /// </summary>
    /// <param name="ranked">The grades of the results, best result first; 0 for what was not judged.</param>
    /// <param name="judged">The grades of all judged items, in any order: those that were not found too.</param>
    /// <param name="k">How many results count; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1, or a grade is not in [0, 1000].</exception>
    public static double NdcgAtK(ReadOnlySpan<double> ranked, ReadOnlySpan<double> judged, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        double[] ideal = judged.ToArray();
        Array.Sort(ideal, static (a, b) => b.CompareTo(a));
        double best = Gain(ideal, k);
        double gain = Gain(ranked, k);
        return best == 0 ? double.NaN : gain / best;
    }

    /// <summary>One over the rank of the first relevant result; 0 if there is none.</summary>
    /// <param name="ranked">The results, best first.</param>
    /// <param name="relevant">What is relevant.</param>
    public static double ReciprocalRank<T>(ReadOnlySpan<T> ranked, IReadOnlySet<T> relevant)
    {
        ArgumentNullException.ThrowIfNull(relevant);
        for (int i = 0; i < ranked.Length; i++)
        {
            if (relevant.Contains(ranked[i]))
            {
                return 1.0 / (i + 1);
            }
        }

        return 0;
    }

    /// <summary>The mean over queries of <see cref="ReciprocalRank"/>.</summary>
    /// <param name="queries">For each query its results, best first, and what is relevant.</param>
    /// <exception cref="ArgumentException">There is no query.</exception>
    public static double MeanReciprocalRank<T>(IReadOnlyCollection<(T[] Ranked, IReadOnlySet<T> Relevant)> queries)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return queries.Count == 0
            ? throw new ArgumentException("A mean over no queries does not exist.", nameof(queries))
            : queries.Average(static query => ReciprocalRank<T>(query.Ranked, query.Relevant));
    }

    /// <summary>The size of the intersection over that of the union; 1 for two empty sets.</summary>
    /// <param name="a">One set.</param>
    /// <param name="b">The other set, of the same notion of equality.</param>
    public static double Jaccard<T>(IReadOnlySet<T> a, IReadOnlySet<T> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        int common = a.Count(b.Contains);
        int all = a.Count + b.Count - common;
        return all == 0 ? 1 : (double)common / all;
    }

    private static double Gain(ReadOnlySpan<double> grades, int k)
    {
        double sum = 0;
        for (int i = 0; i < grades.Length; i++)
        {
            if (!(grades[i] is >= 0 and <= 1000))
            {
                throw new ArgumentOutOfRangeException(nameof(grades), grades[i], "A grade of relevance lies in [0, 1000].");
            }

            sum += i < k ? (Math.Pow(2, grades[i]) - 1) / Math.Log2(i + 2) : 0;
        }

        return sum;
    }
}
