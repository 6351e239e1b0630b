namespace ResearchKit.Audit;

/// <summary>What <see cref="ThresholdOptimizer"/> makes as large as the constraint allows.</summary>
public enum ThresholdObjective
{
    /// <summary>The share of right answers.</summary>
    Accuracy,

    /// <summary>The mean of true positive and true negative rate.</summary>
    BalancedAccuracy,
}
