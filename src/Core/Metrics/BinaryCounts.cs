namespace ResearchKit.Metrics;

/// <summary>The four cells of a binary confusion table. Rates with an empty denominator are NaN.</summary>
/// <param name="TruePositives">Positive and predicted so.</param>
/// <param name="FalsePositives">Negative and predicted positive.</param>
/// <param name="TrueNegatives">Negative and predicted so.</param>
/// <param name="FalseNegatives">Positive and predicted negative.</param>
public readonly record struct BinaryCounts(long TruePositives, long FalsePositives, long TrueNegatives, long FalseNegatives)
{
    /// <summary>All cases.</summary>
    public long Total => TruePositives + FalsePositives + TrueNegatives + FalseNegatives;

    /// <summary>The share of right answers.</summary>
    public double Accuracy => Share(TruePositives + TrueNegatives, Total);

    /// <summary>The share of positives that are found: recall, sensitivity.</summary>
    public double TruePositiveRate => Share(TruePositives, TruePositives + FalseNegatives);

    /// <summary>The share of negatives that are taken for positive.</summary>
    public double FalsePositiveRate => Share(FalsePositives, FalsePositives + TrueNegatives);

    /// <summary>The share of right answers among the positive ones.</summary>
    public double Precision => Share(TruePositives, TruePositives + FalsePositives);

    /// <summary>The harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN).</summary>
    public double F1 => Share(2 * TruePositives, (2 * TruePositives) + FalsePositives + FalseNegatives);

    /// <summary>The mean of the rates of both classes.</summary>
    public double BalancedAccuracy => (TruePositiveRate + (1 - FalsePositiveRate)) / 2;

    /// <summary>Youden's J: true minus false positive rate.</summary>
    public double YoudenJ => TruePositiveRate - FalsePositiveRate;

    private static double Share(long part, long whole) => whole == 0 ? double.NaN : (double)part / whole;
}
