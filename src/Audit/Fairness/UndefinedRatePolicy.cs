namespace ResearchKit.Audit;

/// <summary>What a rate without cases (0/0) is.</summary>
public enum UndefinedRatePolicy
{
    /// <summary>Not a number: the rate is unknown. The default.</summary>
    NaN,

    /// <summary>Zero, as scikit-learn and the paper's code have it.</summary>
    Zero,

    /// <summary>An error.</summary>
    Throw,
}
