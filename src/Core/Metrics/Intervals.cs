using ResearchKit.Numerics;

namespace ResearchKit.Metrics;

/// <summary>
/// Intervals that are honest at few seeds. Seeds are the unit of resampling, never rows: rows of one seed are not independent.
/// Below 20 seeds Student's t (a percentile bootstrap over 3 seeds covers 75 % where it says 95 %), from there on the BCa bootstrap.
/// </summary>
public static class Intervals
{
    /// <summary>The mean of one number a seed (the geometric mean on the log scale), with its interval.</summary>
    /// <param name="perSeed">One statistic a seed. With a value that is not finite the estimate is NaN, which a claim does not judge.</param>
    /// <param name="stream">Decides the resamples; for a claim the stream (experiment, claim id, "bootstrap"). Read from 20 seeds on only.</param>
    /// <param name="options">Level, scale, resamples; null for the defaults.</param>
    /// <returns>No interval (<see cref="IntervalMethod.None"/>, level 0) for one seed or without spread over the seeds.</returns>
    /// <exception cref="ArgumentException">There is no value, or one is not positive on the log scale.</exception>
    public static Estimate OfSeeds(ReadOnlySpan<double> perSeed, RandomStream stream, IntervalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= IntervalOptions.Default;
        if (perSeed.IsEmpty)
        {
            throw new ArgumentException("An estimate needs the value of at least one seed.", nameof(perSeed));
        }

        double[] values = perSeed.ToArray();
        if (!values.All(double.IsFinite))
        {
            return new(double.NaN, double.NaN, double.NaN, 0, values.Length, IntervalMethod.None);
        }

        if (options.LogScale)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] =
                    values[i] > 0
                        ? Math.Log(values[i])
                        : throw new ArgumentException(
                            FormattableString.Invariant(
                                $"The value {values[i]} at index {i} has no logarithm; an interval on the log scale takes positive values only."
                            ),
                            nameof(perSeed)
                        );
            }
        }

        return OfMean(values, stream, options);
    }

    /// <summary>The geometric mean of a/b over seeds: both systems on the same seed make one ratio, and are resampled together.</summary>
    /// <param name="a">The numerator of each seed, positive.</param>
    /// <param name="b">The denominator of each seed, positive, in the same order.</param>
    /// <param name="stream">Decides the resamples.</param>
    /// <param name="options">Level and resamples; null for the defaults. The log scale is always taken.</param>
    /// <exception cref="ArgumentException">The lengths differ or are zero, or a value is not positive.</exception>
    public static Estimate PairedRatio(ReadOnlySpan<double> a, ReadOnlySpan<double> b, RandomStream stream, IntervalOptions? options = null)
    {
        double[] ratios = PairedT.Pairs(a, b, ratio: true);
        return OfSeeds(ratios, stream, (options ?? IntervalOptions.Default) with { LogScale = true });
    }

    /// <summary>The mean of a - b over seeds: both systems on the same seed make one difference, and are resampled together.</summary>
    /// <param name="a">The value of each seed.</param>
    /// <param name="b">What is subtracted, in the same order.</param>
    /// <param name="stream">Decides the resamples.</param>
    /// <param name="options">Level and resamples; null for the defaults. Always on the linear scale.</param>
    /// <exception cref="ArgumentException">The lengths differ or are zero.</exception>
    public static Estimate PairedDifference(
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> b,
        RandomStream stream,
        IntervalOptions? options = null
    )
    {
        double[] differences = PairedT.Pairs(a, b, ratio: false);
        return OfSeeds(differences, stream, (options ?? IntervalOptions.Default) with { LogScale = false });
    }

    /// <summary>
    /// A statistic of pooled rows that is not a mean of seeds (a quantile of latencies, an area under a curve): seeds are drawn with replacement,
    /// then blocks of rows inside each drawn seed; the interval is the percentile interval of the resampled statistic.
    /// </summary>
    /// <param name="bySeed">The rows of each seed, in order of time.</param>
    /// <param name="statistic">The statistic of pooled rows; it may be asked from this thread only.</param>
    /// <param name="stream">Decides the resamples.</param>
    /// <param name="options">Level, resamples and whether rows are in order of time; null for the defaults.</param>
    /// <returns>No interval for a single seed.</returns>
    /// <exception cref="ArgumentException">There is no seed, or a seed without rows.</exception>
    public static Estimate TwoLevelBootstrap(
        IReadOnlyList<double[]> bySeed,
        Func<ReadOnlySpan<double>, double> statistic,
        RandomStream stream,
        IntervalOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(bySeed);
        ArgumentNullException.ThrowIfNull(statistic);
        ArgumentNullException.ThrowIfNull(stream);
        return Bootstrap.TwoLevel(bySeed, statistic, stream, options ?? IntervalOptions.Default);
    }

    /// <summary>Wilson's score interval (1927) of a proportion.</summary>
    /// <param name="successes">The successes, 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">The trials, at least 1.</param>
    /// <param name="level">The level. Default 0.95.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count or the level is out of range.</exception>
    public static Estimate Wilson(long successes, long trials, double level = 0.95)
    {
        (double value, double low, double high) = Score(successes, trials, level);
        return new(value, low, high, level, Units(trials), IntervalMethod.Wilson);
    }

    /// <summary>Newcombe's hybrid score interval (1998, method 10) of the difference of two independent proportions.</summary>
    /// <param name="successesA">The successes of A.</param>
    /// <param name="trialsA">The trials of A, at least 1.</param>
    /// <param name="successesB">The successes of B.</param>
    /// <param name="trialsB">The trials of B, at least 1.</param>
    /// <param name="level">The level. Default 0.95.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count or the level is out of range.</exception>
    public static Estimate Newcombe(long successesA, long trialsA, long successesB, long trialsB, double level = 0.95)
    {
        (double a, double lowA, double highA) = Score(successesA, trialsA, level);
        (double b, double lowB, double highB) = Score(successesB, trialsB, level);
        double difference = a - b;
        return new(
            difference,
            difference - double.Hypot(a - lowA, highB - b),
            difference + double.Hypot(highA - a, b - lowB),
            level,
            Units(Math.Min(trialsA, trialsB)),
            IntervalMethod.Newcombe
        );
    }

    private static Estimate OfMean(double[] values, RandomStream stream, IntervalOptions options)
    {
        int n = values.Length;
        double mean = values.Average();
        if (n == 1 || values.AsSpan().IndexOfAnyExcept(values[0]) < 0)
        {
            double only = Back(values[0]);
            return new(only, only, only, 0, n, IntervalMethod.None);
        }

        if (n >= options.BootstrapFrom)
        {
            (double low, double high) = Bootstrap.BcaOfMean(values, mean, stream, options);
            return new(Back(mean), Back(low), Back(high), options.Level, n, IntervalMethod.Bca);
        }

        double half = PairedT.Quantile((1 + options.Level) / 2, n - 1) * PairedT.StandardError(values, mean);
        return new(
            Back(mean),
            Back(mean - half),
            Back(mean + half),
            options.Level,
            n,
            options.LogScale ? IntervalMethod.StudentTLog : IntervalMethod.StudentT
        );

        double Back(double x) => options.LogScale ? Math.Exp(x) : x;
    }

    private static (double Value, double Low, double High) Score(long successes, long trials, double level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        if (!(level > 0 && level < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "The level of an interval lies between 0 and 1.");
        }

        double n = trials;
        double share = successes / n;
        double z = StandardNormal.Quantile((1 + level) / 2);
        double shrink = 1 + (z * z / n);
        double centre = (share + (z * z / (2 * n))) / shrink;
        double half = z / shrink * Math.Sqrt((share * (1 - share) / n) + (z * z / (4 * n * n)));
        // The edges are exact at 0 and 1, where rounding would leave 1e-17.
        return (share, successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half);
    }

    private static int Units(long trials) => (int)Math.Min(trials, int.MaxValue);
}
