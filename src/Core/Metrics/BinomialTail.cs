namespace ResearchKit.Metrics;

/// <summary>
/// The tails of the binomial distribution, summed term by term from the point nearest to the mean: small tails keep their digits (relative error below 1e-12 up to
/// 10^6 trials), and any number of trials is possible. And the test that follows from them: how many errors are too many.
/// </summary>
public static class BinomialTail
{
    /// <summary>P(X &gt;= <paramref name="successes"/>).</summary>
    /// <param name="successes">The bound; any number.</param>
    /// <param name="trials">The number of trials, not negative.</param>
    /// <param name="probability">The probability of success, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static double AtLeast(long successes, long trials, double probability)
    {
        Require(trials, probability);
        return successes <= 0 ? 1
            : successes > trials ? 0
            : successes > trials * probability ? Sum(successes, trials, probability)
            : 1 - Sum(trials - successes + 1, trials, 1 - probability);
    }

    /// <summary>P(X &lt;= <paramref name="successes"/>).</summary>
    /// <param name="successes">The bound; any number.</param>
    /// <param name="trials">The number of trials, not negative.</param>
    /// <param name="probability">The probability of success, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static double AtMost(long successes, long trials, double probability)
    {
        Require(trials, probability);
        return AtLeast(trials - successes, trials, 1 - probability);
    }

    /// <summary>
    /// The smallest number c of errors with P(X &gt;= c) of at most <paramref name="falseAlarm"/>: who rejects from c errors on accuses an honest party with at most
    /// that probability. The power against another error rate is <see cref="AtLeast"/> of c with that rate.
    /// </summary>
    /// <param name="trials">The number of answers that are checked.</param>
    /// <param name="probability">The error rate of an honest party, 0 to 1.</param>
    /// <param name="falseAlarm">The false-alarm rate.</param>
    /// <returns>c, 1 to trials + 1; the last means that no number of errors suffices.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static long Threshold(long trials, double probability, double falseAlarm)
    {
        Require(trials, probability);
        GoodnessOfFit.RequireRate(falseAlarm);
        long low = 1;
        long high = trials + 1;
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            (low, high) = AtLeast(middle, trials, probability) <= falseAlarm ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>The terms from k upwards. At or beyond the mean they fall, so a negligible one ends the sum.</summary>
    private static double Sum(long k, long n, double p)
    {
        if (p is 0 or 1)
        {
            return p;
        }

        double odds = p / (1 - p);
        double term = Probability(k, n, p);
        double sum = 0;
        for (; k <= n && term > sum * 1e-17; k++)
        {
            sum += term;
            term *= (n - k) / (k + 1.0) * odds;
        }

        return Math.Min(1, sum);
    }

    /// <summary>
    /// P(X = k) by Loader's saddle point (Fast and accurate computation of binomial probabilities, 2000): logarithms of factorials would cancel, and lose 12 of 16 digits at 10^6 trials.
    /// </summary>
    private static double Probability(long k, long n, double p)
    {
        if (k == n)
        {
            return Math.Exp(n * Math.Log(p));
        }

        double exponent = StirlingError(n) - StirlingError(k) - StirlingError(n - k) - Deviance(k, n * p) - Deviance(n - k, n * (1 - p));
        return Math.Exp(exponent) * Math.Sqrt(n / (2 * Math.PI * k * (n - k)));
    }

    /// <summary>ln n! minus Stirling's formula.</summary>
    private static double StirlingError(double n)
    {
        if (n <= 15)
        {
            double factorial = 1;
            for (int i = 2; i <= n; i++)
            {
                factorial *= i;
            }

            return Math.Log(factorial) - ((n + 0.5) * Math.Log(n)) + n - (0.5 * Math.Log(2 * Math.PI));
        }

        double square = n * n;
        return ((1.0 / 12) - (((1.0 / 360) - (((1.0 / 1260) - (((1.0 / 1680) - (1.0 / 1188 / square)) / square)) / square)) / square)) / n;
    }

    /// <summary>x ln(x / mean) + mean - x, by its series where both are near and the terms would cancel.</summary>
    private static double Deviance(double x, double mean)
    {
        if (Math.Abs(x - mean) >= 0.1 * (x + mean))
        {
            return (x * Math.Log(x / mean)) + mean - x;
        }

        double v = (x - mean) / (x + mean);
        double sum = (x - mean) * v;
        double term = 2 * x * v;
        for (int j = 1; ; j++)
        {
            term *= v * v;
            double next = sum + (term / ((2 * j) + 1));
            if (next == sum)
            {
                return sum;
            }

            sum = next;
        }
    }

    private static void Require(long trials, double probability)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trials);
        if (!(probability is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability lies in [0, 1].");
        }
    }
}
