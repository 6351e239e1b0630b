namespace ResearchKit.Audit;

/// <summary>
/// Signed measures between two groups of a table. The audit's own (arXiv:2505.04796) take group 0 minus group 1, group 1 being the protected one;
/// those of AIF360 take unprivileged minus privileged.
/// </summary>
public static class TwoGroupFairness
{
    /// <summary>The audit's demographic parity: selection rate of group 0 minus that of group 1, in [-1, 1]. NaN if one is empty.</summary>
    /// <param name="table">The table.</param>
    public static double SignedDemographicParity(GroupTable table) => Difference(table, FairnessMetrics.SelectionRate, 0, 1);

    /// <summary>
    /// The audit's demographic parity of answers, without a table: mean of group 0 minus mean of group 1. NaN if one is empty.
    /// </summary>
    /// <param name="answers">0 or 1.</param>
    /// <param name="group">0 or 1.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a value is not 0 or 1.</exception>
    public static double SignedDemographicParity(ReadOnlySpan<byte> answers, ReadOnlySpan<byte> group) =>
        GroupMargins.Of(answers, group).SignedDemographicParity;

    /// <summary>
    /// Performance parity, |TPR_0 - TPR_1| + |FPR_0 - FPR_1|, with 0 for rates of no rows, as in the paper's experiments (where it is named after FRAUD-Detect).
    /// </summary>
    /// <param name="table">The table.</param>
    public static double PerformanceParity(GroupTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Gap(FairnessMetrics.TruePositiveRate) + Gap(FairnessMetrics.FalsePositiveRate);

        double Gap(FairnessMetric metric) =>
            Math.Abs(metric.Value(table[0], UndefinedRatePolicy.Zero) - metric.Value(table[1], UndefinedRatePolicy.Zero));
    }

    /// <summary>
    /// FRAUD-Detect (Shahin Shamsabadi et al. 2022): the Kullback-Leibler divergence of group 1's shares of true and false positives and negatives from group 0's,
    /// with 1e-12 added to each share.
    /// </summary>
    /// <param name="table">The table.</param>
    public static double FraudDetectKl(GroupTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        const double smoothing = 1e-12;
        Span<double> p = stackalloc double[4];
        Span<double> q = stackalloc double[4];
        Shares(table[0], p);
        Shares(table[1], q);
        double divergence = 0;
        for (int i = 0; i < p.Length; i++)
        {
            divergence += (p[i] + smoothing) * Math.Log((p[i] + smoothing) / (q[i] + smoothing));
        }
        return Math.Max(0, divergence);
    }

    /// <summary>Statistical parity difference (AIF360): selection rate, unprivileged minus privileged.</summary>
    /// <param name="table">The table.</param>
    /// <param name="unprivileged">The number of the unprivileged group.</param>
    /// <param name="privileged">The number of the privileged group.</param>
    public static double StatisticalParityDifference(GroupTable table, int unprivileged = 0, int privileged = 1) =>
        Difference(table, FairnessMetrics.SelectionRate, unprivileged, privileged);

    /// <summary>Disparate impact (AIF360): ratio of the selection rates, unprivileged over privileged. 0/0 is NaN.</summary>
    /// <inheritdoc cref="StatisticalParityDifference"/>
    public static double DisparateImpact(GroupTable table, int unprivileged = 0, int privileged = 1)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Value(FairnessMetrics.SelectionRate, unprivileged) / table.Value(FairnessMetrics.SelectionRate, privileged);
    }

    /// <summary>Equal opportunity difference (AIF360): true positive rate, unprivileged minus privileged.</summary>
    /// <inheritdoc cref="StatisticalParityDifference"/>
    public static double EqualOpportunityDifference(GroupTable table, int unprivileged = 0, int privileged = 1) =>
        Difference(table, FairnessMetrics.TruePositiveRate, unprivileged, privileged);

    /// <summary>Average odds difference (AIF360): the mean of the differences of false and true positive rates.</summary>
    /// <inheritdoc cref="StatisticalParityDifference"/>
    public static double AverageOddsDifference(GroupTable table, int unprivileged = 0, int privileged = 1) =>
        (
            Difference(table, FairnessMetrics.FalsePositiveRate, unprivileged, privileged)
            + Difference(table, FairnessMetrics.TruePositiveRate, unprivileged, privileged)
        ) / 2;

    /// <summary>Average absolute odds difference (AIF360): the mean of the absolute differences of false and true positive rates.</summary>
    /// <inheritdoc cref="StatisticalParityDifference"/>
    public static double AverageAbsoluteOddsDifference(GroupTable table, int unprivileged = 0, int privileged = 1) =>
        (
            Math.Abs(Difference(table, FairnessMetrics.FalsePositiveRate, unprivileged, privileged))
            + Math.Abs(Difference(table, FairnessMetrics.TruePositiveRate, unprivileged, privileged))
        ) / 2;

    /// <summary>
    /// The generalised entropy index of the benefits 1 + answer - label, which are 0, 1 or 2: 2 gives half the squared coefficient of variation,
    /// 1 Theil's index, 0 the mean logarithmic deviation (infinite if any benefit is 0).
    /// </summary>
    /// <param name="table">The table, unweighted or weighted.</param>
    /// <param name="alpha">The parameter.</param>
    public static double GeneralizedEntropy(GroupTable table, double alpha = 2)
    {
        ArgumentNullException.ThrowIfNull(table);
        GroupCounts c = table.Overall;
        double total = c.Total;
        double mean = (c.TruePositives + c.TrueNegatives + (2 * c.FalsePositives)) / total;
        return alpha switch
        {
            0 => -Mean(b => Math.Log(b)),
            1 => Mean(b => b == 0 ? 0 : b * Math.Log(b)),
            _ => Mean(b => Math.Pow(b, alpha) - 1) / (alpha * (alpha - 1)),
        };

        // Over the three benefits there are; a value that none has does not count (0 times the logarithm of 0).
        double Mean(Func<double, double> of) =>
            (Term(c.FalseNegatives, 0, of) + Term(c.TruePositives + c.TrueNegatives, 1, of) + Term(c.FalsePositives, 2, of)) / total;

        double Term(double rows, double benefit, Func<double, double> of) => rows == 0 ? 0 : rows * of(benefit / mean);
    }

    private static double Difference(GroupTable table, FairnessMetric metric, int first, int second)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Value(metric, first) - table.Value(metric, second);
    }

    private static void Shares(GroupCounts counts, Span<double> shares)
    {
        (shares[0], shares[1], shares[2], shares[3]) = (
            counts.TruePositives / counts.Total,
            counts.FalsePositives / counts.Total,
            counts.TrueNegatives / counts.Total,
            counts.FalseNegatives / counts.Total
        );
    }
}
