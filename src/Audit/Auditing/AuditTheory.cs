using MathNet.Numerics;
using ResearchKit.Metrics;

namespace ResearchKit.Audit;

/// <summary>
/// How likely a blind manipulation is seen (arXiv:2505.04796, section 4, in our own derivation): answers are relaxed to R^n, the fair ones are the hyperplane of demographic parity 0, the auditor believes what lies in a
/// ball of radius R around her labels, and the platform projects a model drawn uniformly from that ball. A guide: real answers are 0 or 1, and real models are not uniform in a ball.
/// </summary>
/// <remarks>
/// Labels that are fair themselves (delta = 0) never show a manipulation this way; at a fixed delta/R the probability tends to 1 with n.
/// </remarks>
public static class AuditTheory
{
    /// <summary>
    /// The probability that the projection leaves the ball: I_{(delta/R)^2}(3/2, (n - 1)/2), and 1 from delta = R on.
    /// </summary>
    /// <param name="n">The size of the audit set, at least 2.</param>
    /// <param name="deltaOverRadius">The distance of the labels from the fair hyperplane, over the radius; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static double DetectionProbability(int n, double deltaOverRadius)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 2);
        if (!(deltaOverRadius >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(deltaOverRadius), deltaOverRadius, "A distance is not negative.");
        }
        return deltaOverRadius >= 1 ? 1 : SpecialFunctions.BetaRegularized(1.5, (n - 1) / 2.0, deltaOverRadius * deltaOverRadius);
    }

    /// <summary>
    /// delta/R of labels: |DP(y*)| sqrt(p (1 - p) / tau), where p is the share of group 1 and 0/1 answers of error rate tau lie at R^2 = tau n.
    /// </summary>
    /// <param name="demographicParity">DP(y*), in [-1, 1].</param>
    /// <param name="shareOfGroup1">p, in [0, 1].</param>
    /// <param name="tau">The threshold on the error rate, in (0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static double DeltaOverRadius(double demographicParity, double shareOfGroup1, double tau)
    {
        Rows.RequireIn(demographicParity, -1, 1, nameof(demographicParity));
        Rows.RequireIn(shareOfGroup1, 0, 1, nameof(shareOfGroup1));
        Rows.RequireTau(tau);
        return Math.Abs(demographicParity) * Math.Sqrt(shareOfGroup1 * (1 - shareOfGroup1) / tau);
    }

    /// <summary>The fewest rows with which the probability of detection reaches a power; null if none up to <paramref name="atMost"/> do.</summary>
    /// <param name="deltaOverRadius">The distance over the radius.</param>
    /// <param name="power">The probability wanted, in (0, 1).</param>
    /// <param name="atMost">The largest number of rows that is tried.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static int? RowsForDetection(double deltaOverRadius, double power, int atMost = 100_000_000)
    {
        if (!(power > 0 && power < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(power), power, "A power lies between 0 and 1.");
        }
        if (DetectionProbability(atMost, deltaOverRadius) < power)
        {
            return null;
        }
        (int low, int high) = (2, atMost);
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = DetectionProbability(middle, deltaOverRadius) >= power ? (low, middle) : (middle + 1, high);
        }
        return low;
    }

    /// <summary>The L2 projection of answers or scores on those with |demographic parity| &lt;= eps.</summary>
    /// <param name="values">The values.</param>
    /// <param name="group">The protected group, 0 or 1; both occur.</param>
    /// <param name="epsilon">eps, finite and not negative.</param>
    /// <returns>The projection, unbounded.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or a group is not 0 or 1.</exception>
    /// <exception cref="AuditException">A group has no row.</exception>
    public static double[] L2Projection(ReadOnlySpan<double> values, ReadOnlySpan<byte> group, double epsilon)
    {
        Rows.RequireNotNegative(epsilon, nameof(epsilon));
        Rows.RequireEqual(values.Length, nameof(values), group.Length, nameof(group));
        GroupMargins margins = GroupMargins.OfBoth(group, group, "audit set");
        (double n0, double n1) = (margins.Rows0, margins.Rows1);
        (double sum0, double sum1) = (0, 0);
        for (int i = 0; i < values.Length; i++)
        {
            (sum0, sum1) = group[i] == 0 ? (sum0 + values[i], sum1) : (sum0, sum1 + values[i]);
        }
        double unfair = (sum1 / n1) - (sum0 / n0);
        double[] projected = values.ToArray();
        if (Math.Abs(unfair) > epsilon)
        {
            double step = (unfair - (Math.Sign(unfair) * epsilon)) / ((1 / n0) + (1 / n1));
            for (int i = 0; i < projected.Length; i++)
            {
                projected[i] -= group[i] == 0 ? -step / n0 : step / n1;
            }
        }
        return projected;
    }

    /// <summary>
    /// The smallest number of errors that accuses: an honest platform of error rate e0 reaches it with probability alpha at most. tau = c/n.
    /// </summary>
    /// <param name="n">The size of the audit set.</param>
    /// <param name="honestError">e0, in [0, 1].</param>
    /// <param name="alpha">The false-alarm rate, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static long BinomialThreshold(long n, double honestError, double alpha) => BinomialTail.Threshold(n, honestError, alpha);

    /// <summary>
    /// The spread of the estimate of demographic parity from a sample of a pool: sqrt(s0 (1 - s0)/n0 + s1 (1 - s1)/n1) sqrt(1 - n/pool), n_a being n times the share of the group.
    /// </summary>
    /// <param name="n">The size of the audit set.</param>
    /// <param name="pool">The size of the pool it is drawn from without replacement.</param>
    /// <param name="shareOfGroup1">The share of group 1, in (0, 1).</param>
    /// <param name="rate0">The selection rate of group 0.</param>
    /// <param name="rate1">The selection rate of group 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static double ParityStandardError(int n, int pool, double shareOfGroup1, double rate0, double rate1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pool, n);
        Rows.RequireIn(shareOfGroup1, double.Epsilon, 1 - 1e-16, nameof(shareOfGroup1));
        Rows.RequireIn(rate0, 0, 1, nameof(rate0));
        Rows.RequireIn(rate1, 0, 1, nameof(rate1));
        double n1 = n * shareOfGroup1;
        double n0 = n - n1;
        return Math.Sqrt((rate0 * (1 - rate0) / n0) + (rate1 * (1 - rate1) / n1)) * Math.Sqrt(1 - ((double)n / pool));
    }
}
