namespace ResearchKit.Audit;

/// <summary>The metrics by group that are known by name. A user's own is a <see cref="FairnessMetric"/> as well, and goes wherever these go.</summary>
public static class FairnessMetrics
{
    /// <summary>The share that gets answer 1.</summary>
    public static FairnessMetric SelectionRate { get; } =
        FairnessMetric.Share("selectionRate", c => c.Selected, c => c.Total, needsLabels: false);

    /// <summary>The share of label 1 that gets answer 1.</summary>
    public static FairnessMetric TruePositiveRate { get; } =
        FairnessMetric.Share("truePositiveRate", c => c.TruePositives, c => c.Positives);

    /// <summary>The share of label 0 that gets answer 1.</summary>
    public static FairnessMetric FalsePositiveRate { get; } =
        FairnessMetric.Share("falsePositiveRate", c => c.FalsePositives, c => c.Negatives);

    /// <summary>The share of label 0 that gets answer 0.</summary>
    public static FairnessMetric TrueNegativeRate { get; } =
        FairnessMetric.Share("trueNegativeRate", c => c.TrueNegatives, c => c.Negatives);

    /// <summary>The share of label 1 that gets answer 0.</summary>
    public static FairnessMetric FalseNegativeRate { get; } =
        FairnessMetric.Share("falseNegativeRate", c => c.FalseNegatives, c => c.Positives);

    /// <summary>The share of label 1 among answer 1 (precision).</summary>
    public static FairnessMetric PositivePredictiveValue { get; } =
        FairnessMetric.Share("positivePredictiveValue", c => c.TruePositives, c => c.Selected);

    /// <summary>The share of label 0 among answer 0.</summary>
    public static FairnessMetric NegativePredictiveValue { get; } =
        FairnessMetric.Share("negativePredictiveValue", c => c.TrueNegatives, c => c.Rejected);

    /// <summary>The share of label 0 among answer 1.</summary>
    public static FairnessMetric FalseDiscoveryRate { get; } =
        FairnessMetric.Share("falseDiscoveryRate", c => c.FalsePositives, c => c.Selected);

    /// <summary>The share of label 1 among answer 0.</summary>
    public static FairnessMetric FalseOmissionRate { get; } =
        FairnessMetric.Share("falseOmissionRate", c => c.FalseNegatives, c => c.Rejected);

    /// <summary>The share of right answers.</summary>
    public static FairnessMetric Accuracy { get; } = FairnessMetric.Share("accuracy", c => c.TruePositives + c.TrueNegatives, c => c.Total);

    /// <summary>The share of wrong answers.</summary>
    public static FairnessMetric Error { get; } = FairnessMetric.Share("error", c => c.Errors, c => c.Total);

    /// <summary>The share of label 1.</summary>
    public static FairnessMetric Prevalence { get; } = FairnessMetric.Share("prevalence", c => c.Positives, c => c.Total);

    /// <summary>The number of rows, or the sum of their weights.</summary>
    public static FairnessMetric Count { get; } = FairnessMetric.Of("count", c => c.Total);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FairnessMetric> All { get; } =
    [
        SelectionRate,
        TruePositiveRate,
        FalsePositiveRate,
        TrueNegativeRate,
        FalseNegativeRate,
        PositivePredictiveValue,
        NegativePredictiveValue,
        FalseDiscoveryRate,
        FalseOmissionRate,
        Accuracy,
        Error,
        Prevalence,
        Count,
    ];
}
