namespace ResearchKit.Audit;

/// <summary>How the true and the false positive rate become one number in equalised odds.</summary>
public enum OddsAggregation
{
    /// <summary>The worse of both. The default.</summary>
    WorstCase,

    /// <summary>Their mean.</summary>
    Mean,
}
