namespace ResearchKit.Audit;

/// <summary>What <see cref="RejectOptionClassifier"/> keeps in bounds: unprivileged minus privileged.</summary>
public enum RejectOptionMeasure
{
    /// <summary>Selection rates.</summary>
    StatisticalParity,

    /// <summary>The mean of the differences of true and false positive rates.</summary>
    AverageOdds,

    /// <summary>True positive rates.</summary>
    EqualOpportunity,
}
