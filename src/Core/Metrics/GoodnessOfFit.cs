using MathNet.Numerics;

namespace ResearchKit.Metrics;

/// <summary>
/// Do data fit a hypothesis? Each test takes its false-alarm rate, the probability with which a true hypothesis is rejected, and states it in the result
/// (watermark 10, audit 4.4).
/// </summary>
public static class GoodnessOfFit
{
    /// <summary>The false-alarm rate unless another is named.</summary>
    public const double DefaultFalseAlarm = 0.001;

    /// <summary>Below this expected count of a class, chi-square's distribution does not hold.</summary>
    public const double LeastExpected = 5;

    /// <summary>Pearson's chi-square test: the counts come from the probabilities.</summary>
    /// <param name="counts">How often each class was seen.</param>
    /// <param name="probabilities">The probability of each class; their sum is 1.</param>
    /// <param name="falseAlarm">The false-alarm rate.</param>
    /// <param name="fitted">How many parameters of the probabilities were estimated from these counts; each takes a degree of freedom.</param>
    /// <exception cref="ArgumentException">The lengths differ, the probabilities do not sum to 1, a count is negative, or a class expects fewer than 5.</exception>
    public static GoodnessOfFitResult ChiSquare(
        ReadOnlySpan<long> counts,
        ReadOnlySpan<double> probabilities,
        double falseAlarm = DefaultFalseAlarm,
        int fitted = 0
    )
    {
        RequireRate(falseAlarm);
        ArgumentOutOfRangeException.ThrowIfNegative(fitted);
        int freedom = counts.Length - 1 - fitted;
        double sum = 0;
        foreach (double probability in probabilities)
        {
            sum += probability;
        }

        if (counts.Length != probabilities.Length || freedom < 1 || !(Math.Abs(sum - 1) <= 1e-9))
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"{counts.Length} counts and {probabilities.Length} probabilities with the sum {sum}, {fitted} fitted: as many, at least {2 + fitted}, and 1."
                ),
                nameof(probabilities)
            );
        }

        long total = 0;
        foreach (long count in counts)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(counts));
            total += count;
        }

        double statistic = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            double expected = total * probabilities[i];
            if (!(expected >= LeastExpected))
            {
                throw new ArgumentException(
                    FormattableString.Invariant(
                        $"Class {i} expects {expected} of {total} cases; the test holds from {LeastExpected} on: pool classes or take more cases."
                    ),
                    nameof(counts)
                );
            }

            statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
        }

        double p = SpecialFunctions.GammaUpperRegularized(freedom / 2.0, statistic / 2);
        return new("chi-square", statistic, freedom, total, p, falseAlarm);
    }

    /// <summary>Pearson's chi-square test with equal probabilities.</summary>
    /// <param name="counts">How often each class was seen.</param>
    /// <param name="falseAlarm">The false-alarm rate.</param>
    /// <exception cref="ArgumentException">There are fewer than two classes, a count is negative, or a class expects fewer than 5.</exception>
    public static GoodnessOfFitResult Uniform(ReadOnlySpan<long> counts, double falseAlarm = DefaultFalseAlarm)
    {
        double[] probabilities = new double[counts.Length];
        Array.Fill(probabilities, 1.0 / counts.Length);
        return ChiSquare(counts, probabilities, falseAlarm);
    }

    /// <summary>
    /// Kolmogorov and Smirnov's test: the sample comes from a continuous distribution that was fixed beforehand. The p-value is exact up to 2,000 values, and for
    /// small ones (p below 0.02) up to 100,000; beyond, Stephens' approximation.
    /// </summary>
    /// <param name="sample">The values, in any order.</param>
    /// <param name="cumulative">The distribution: P(X &lt;= x).</param>
    /// <param name="falseAlarm">The false-alarm rate.</param>
    /// <exception cref="ArgumentException">There is no value, or the distribution is not in [0, 1] at one.</exception>
    public static GoodnessOfFitResult KolmogorovSmirnov(
        ReadOnlySpan<double> sample,
        Func<double, double> cumulative,
        double falseAlarm = DefaultFalseAlarm
    )
    {
        ArgumentNullException.ThrowIfNull(cumulative);
        RequireRate(falseAlarm);
        Ecdf ecdf = new(sample);
        ReadOnlySpan<double> sorted = ecdf.Sorted;
        double distance = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double f = cumulative(sorted[i]);
            if (!(f is >= 0 and <= 1))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"The distribution gives {f} at {sorted[i]}; a probability lies in [0, 1]."),
                    nameof(cumulative)
                );
            }

            distance = Math.Max(distance, Math.Max(((i + 1.0) / sorted.Length) - f, f - ((double)i / sorted.Length)));
        }

        return new(
            "Kolmogorov-Smirnov distance",
            distance,
            0,
            sorted.Length,
            KolmogorovDistribution.UpperTail(sorted.Length, distance),
            falseAlarm
        );
    }

    /// <summary>Exact binomial test, two-sided: independent trials succeed with a probability. The p-value is twice the smaller tail, at most 1.</summary>
    /// <param name="successes">How many trials succeeded.</param>
    /// <param name="trials">How many there were.</param>
    /// <param name="probability">The probability of the hypothesis.</param>
    /// <param name="falseAlarm">The false-alarm rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static GoodnessOfFitResult Binomial(long successes, long trials, double probability, double falseAlarm = DefaultFalseAlarm)
    {
        RequireRate(falseAlarm);
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        if (successes < 0 || successes > trials)
        {
            throw new ArgumentOutOfRangeException(nameof(successes), successes, $"Successes are 0 to the number of trials, {trials}.");
        }

        double above = BinomialTail.AtLeast(successes, trials, probability);
        double below = BinomialTail.AtMost(successes, trials, probability);
        return new("binomial successes", successes, 0, trials, Math.Min(1, 2 * Math.Min(above, below)), falseAlarm);
    }

    internal static void RequireRate(double falseAlarm)
    {
        if (!(falseAlarm is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(falseAlarm), falseAlarm, "A false-alarm rate lies between 0 and 1.");
        }
    }
}
