namespace ResearchKit.Metrics;

/// <summary>The threshold that <see cref="Classification.Youden"/> chose.</summary>
/// <param name="Threshold">The score; infinite if it is best to call nothing positive.</param>
/// <param name="J">True minus false positive rate when scores at or above the threshold are positive.</param>
/// <param name="TruePositiveRate">The rate of that decision.</param>
/// <param name="FalsePositiveRate">The rate of that decision.</param>
public readonly record struct YoudenThreshold(double Threshold, double J, double TruePositiveRate, double FalsePositiveRate);
