using ResearchKit.Metrics;

namespace ResearchKit.Audit;

/// <summary>
/// How many queries, which threshold, and what can still be hidden: an audit as a test with a stated false-alarm rate. An honest platform errs on a share e0 of the auditor's labels; a platform that flips answers of the smaller group
/// blindly errs more, and hides one unit of demographic parity by flipping that whole group.
/// </summary>
public sealed record AuditPlanner
{
    /// <summary>e0: the error rate of an honest platform, in (0, 1): of the auditor's own model, or from the literature.</summary>
    public required double HonestError
    {
        get;
        init => field = Open(value, nameof(HonestError));
    }

    /// <summary>The probability of accusing an honest platform, in (0, 1). Default 0.05.</summary>
    public double FalseAlarm
    {
        get;
        init => field = Open(value, nameof(FalseAlarm));
    } = 0.05;

    /// <summary>The share of the smaller group, in (0, 0.5]. Default 0.5.</summary>
    public double SmallerShare
    {
        get;
        init =>
            field =
                value > 0 && value <= 0.5
                    ? value
                    : throw new ArgumentOutOfRangeException(
                        nameof(SmallerShare),
                        value,
                        "The share of the smaller group lies in (0, 0.5]."
                    );
    } = 0.5;

    /// <summary>
    /// The errors that a flipped answer adds on average, in (0, 1]; null for 1 - 2 e0, a flip of a random answer. A platform that flips only answers it is unsure of pays less: near 0 it is never seen.
    /// </summary>
    public double? FlipCost
    {
        get;
        init =>
            field = value is null or (> 0 and <= 1)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(FlipCost), value, "The cost of a flip lies in (0, 1].");
    }

    /// <summary>The smallest number of errors that accuses, of n; tau is its share. n + 1 if no number of errors is enough.</summary>
    /// <param name="queries">n, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public long RejectFrom(long queries)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(queries, 1);
        return BinomialTail.Threshold(queries, HonestError, FalseAlarm);
    }

    /// <summary>The probability of accusing a platform of some error rate.</summary>
    /// <param name="queries">n, at least 1.</param>
    /// <param name="error">Its error rate, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public double Power(long queries, double error) => BinomialTail.AtLeast(RejectFrom(queries), queries, error);

    /// <summary>The error rate of a platform that hides some demographic parity by flipping answers of the smaller group.</summary>
    /// <param name="hidden">The parity hidden, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The parity is out of range.</exception>
    /// <exception cref="InvalidOperationException">The honest error is 0.5 or more, and no cost of a flip is given.</exception>
    public double ErrorWhenHiding(double hidden)
    {
        Rows.RequireIn(hidden, 0, 1, nameof(hidden));
        double cost = FlipCost ?? 1 - (2 * HonestError);
        return cost > 0
            ? Math.Min(1, HonestError + (hidden * SmallerShare * cost))
            : throw new InvalidOperationException(
                FormattableString.Invariant($"From an honest error of {HonestError} a random flip costs nothing; give the cost of a flip.")
            );
    }

    /// <summary>The fewest queries with which a platform that hides this much is accused with a given power; null beyond a hundred million.</summary>
    /// <param name="hidden">The parity hidden, in (0, 1].</param>
    /// <param name="power">The probability of accusing it, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public long? QueriesFor(double hidden, double power = 0.9)
    {
        Open(power, nameof(power));
        double error = ErrorWhenHiding(hidden);
        const long most = 100_000_000;
        long high = 1;
        while (Power(high, error) < power)
        {
            high *= 2;
            if (high > most)
            {
                return null;
            }
        }
        // Power is not quite monotone in n, as thresholds are whole numbers: the least n from which on a window of neighbours keeps the power.
        long low = high / 2;
        while (low + 1 < high)
        {
            long middle = low + ((high - low) / 2);
            (low, high) = KeepsPower(middle) ? (low, middle) : (middle, high);
        }
        return high;

        bool KeepsPower(long n)
        {
            for (long k = n; k < n + Math.Min(16, n); k++)
            {
                if (Power(k, error) < power)
                {
                    return false;
                }
            }
            return true;
        }
    }

    /// <summary>The most demographic parity that stays hidden: a platform that hides more is accused with at least the power. 1 if even that is not.</summary>
    /// <param name="queries">n, at least 1.</param>
    /// <param name="power">The probability of accusing it, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public double Concealable(long queries, double power = 0.9)
    {
        Open(power, nameof(power));
        long from = RejectFrom(queries);
        if (BinomialTail.AtLeast(from, queries, ErrorWhenHiding(1)) < power)
        {
            return 1;
        }
        (double low, double high) = (0, 1);
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = BinomialTail.AtLeast(from, queries, ErrorWhenHiding(middle)) < power ? (middle, high) : (low, middle);
        }
        return high;
    }

    private static double Open(double value, string name) =>
        value > 0 && value < 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} lies between 0 and 1.");
}
