namespace ResearchKit.Metrics;

/// <summary>
/// How evenly a load lies on workers, by the measures of the field. Equal loads give 1, 0, 0, 1, 1, 0, 0; so do loads that are all
/// zero, except <see cref="RelativeRange"/>, which is infinite wherever a worker has nothing.
/// </summary>
/// <param name="MaxOverMean">The largest load over the mean, 1 to n.</param>
/// <param name="CoefficientOfVariation">The standard deviation (of the population, divided by n) over the mean.</param>
/// <param name="Gini">Gini's coefficient: the mean distance of all pairs over twice the mean, 0 to (n - 1) / n.</param>
/// <param name="Jain">Jain's fairness index: (sum of x)^2 / (n sum of x^2), 1/n to 1.</param>
/// <param name="MaxOverMedian">The largest load over the median; infinite if the median is zero and the largest is not.</param>
/// <param name="RelativeRange">(max - min) / min; infinite if the least load is zero.</param>
/// <param name="IdleShare">1 - mean / max: the share of the workers' time lost by waiting for the most loaded one.</param>
public readonly record struct LoadBalance(
    double MaxOverMean,
    double CoefficientOfVariation,
    double Gini,
    double Jain,
    double MaxOverMedian,
    double RelativeRange,
    double IdleShare
)
{
    /// <summary>The balance of loads.</summary>
    /// <param name="loads">The load of each worker; not negative, finite.</param>
    /// <exception cref="ArgumentException">There is no worker, or a load is negative or not finite.</exception>
    public static LoadBalance Of(ReadOnlySpan<double> loads)
    {
        double[] sorted = loads.ToArray();
        Array.Sort(sorted);
        if (sorted.Length == 0 || !(sorted[0] >= 0 && double.IsFinite(sorted[^1])))
        {
            throw new ArgumentException(
                sorted.Length == 0
                    ? "The balance of no workers does not exist."
                    : FormattableString.Invariant($"Loads are finite and not negative; they lie between {sorted[0]} and {sorted[^1]}."),
                nameof(loads)
            );
        }

        double max = sorted[^1];
        double range = sorted[0] == 0 ? double.PositiveInfinity : (max - sorted[0]) / sorted[0];
        if (max == 0)
        {
            return new(1, 0, 0, 1, 1, range, 0);
        }

        // Relative to the largest, so that no square leaves the range of a double.
        int n = sorted.Length;
        double sum = 0;
        double squares = 0;
        double weighted = 0;
        for (int i = 0; i < n; i++)
        {
            double x = sorted[i] / max;
            sum += x;
            squares += x * x;
            weighted += ((2.0 * (i + 1)) - n - 1) * x;
        }

        double mean = sum / n;
        double deviations = 0;
        foreach (double load in sorted)
        {
            deviations += ((load / max) - mean) * ((load / max) - mean);
        }

        return new(
            1 / mean,
            Math.Sqrt(deviations / n) / mean,
            weighted / (n * sum),
            sum * sum / (n * squares),
            max / Quantiles.OfSorted(sorted, 0.5),
            range,
            1 - mean
        );
    }

    /// <summary>The balance of loads that are counts: tokens, bytes, requests.</summary>
    /// <param name="loads">The load of each worker; not negative.</param>
    /// <exception cref="ArgumentException">There is no worker, or a load is negative.</exception>
    public static LoadBalance Of(ReadOnlySpan<long> loads)
    {
        double[] values = new double[loads.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = loads[i];
        }

        return Of(values);
    }
}
