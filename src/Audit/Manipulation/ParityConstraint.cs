namespace ResearchKit.Audit;

/// <summary>What <see cref="ThresholdOptimizer"/> makes equal in all groups.</summary>
public enum ParityConstraint
{
    /// <summary>The selection rate.</summary>
    DemographicParity,

    /// <summary>The true positive rate (equal opportunity).</summary>
    TruePositiveRate,

    /// <summary>The false positive rate.</summary>
    FalsePositiveRate,

    /// <summary>The true negative rate.</summary>
    TrueNegativeRate,

    /// <summary>The false negative rate.</summary>
    FalseNegativeRate,

    /// <summary>True and false positive rates together.</summary>
    EqualizedOdds,
}
