namespace ResearchKit.Metrics;

/// <summary>
/// Exact sample quantiles of stored values, Hyndman and Fan's type 7 (the default of R, NumPy and Excel):
/// with h = (n - 1) p, the value between the order statistics floor(h) and floor(h) + 1, linearly.
/// </summary>
public static class Quantiles
{
    /// <summary>One quantile.</summary>
    /// <param name="sample">The values, in any order; none NaN.</param>
    /// <param name="p">The probability, 0 to 1.</param>
    /// <exception cref="ArgumentException">The sample is empty or holds NaN.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is not in [0, 1].</exception>
    public static double Of(ReadOnlySpan<double> sample, double p)
    {
        double[] sorted = sample.ToArray();
        Array.Sort(sorted);
        return OfSorted(sorted, p);
    }

    /// <summary>Several quantiles of one sample, sorted once.</summary>
    /// <param name="sample">The values, in any order; none NaN.</param>
    /// <param name="probabilities">The probabilities, each 0 to 1.</param>
    /// <exception cref="ArgumentException">The sample is empty or holds NaN.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A probability is not in [0, 1].</exception>
    public static double[] Of(ReadOnlySpan<double> sample, params ReadOnlySpan<double> probabilities)
    {
        double[] sorted = sample.ToArray();
        Array.Sort(sorted);
        double[] quantiles = new double[probabilities.Length];
        for (int i = 0; i < quantiles.Length; i++)
        {
            quantiles[i] = OfSorted(sorted, probabilities[i]);
        }

        return quantiles;
    }

    /// <summary>The median.</summary>
    /// <param name="sample">The values, in any order; none NaN.</param>
    /// <exception cref="ArgumentException">The sample is empty or holds NaN.</exception>
    public static double Median(ReadOnlySpan<double> sample) => Of(sample, 0.5);

    /// <summary>One quantile of values that are sorted already; not checked beyond the first, where a sort puts NaN.</summary>
    /// <param name="ascending">The values, ascending.</param>
    /// <param name="p">The probability, 0 to 1.</param>
    /// <exception cref="ArgumentException">The sample is empty or holds NaN.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is not in [0, 1].</exception>
    public static double OfSorted(ReadOnlySpan<double> ascending, double p)
    {
        if (ascending.IsEmpty || double.IsNaN(ascending[0]))
        {
            throw new ArgumentException(
                ascending.IsEmpty ? "A quantile of no values does not exist." : "A quantile of a sample with NaN does not exist.",
                nameof(ascending)
            );
        }

        if (!(p >= 0 && p <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "A probability is 0 to 1.");
        }

        double place = (ascending.Length - 1) * p;
        int below = (int)place;
        double share = place - below;
        // Without the test, 0 * infinity between two infinite neighbours would be NaN.
        return share == 0 || ascending[below] == ascending[below + 1]
            ? ascending[below]
            : ascending[below] + (share * (ascending[below + 1] - ascending[below]));
    }
}
