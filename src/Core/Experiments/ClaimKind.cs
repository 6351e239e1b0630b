namespace ResearchKit.Experiments;

/// <summary>The kind of statement a claim is.</summary>
public enum ClaimKind
{
    /// <summary>A number in a band.</summary>
    Value,

    /// <summary>A ratio in a band.</summary>
    Ratio,

    /// <summary>A difference in a band.</summary>
    Difference,

    /// <summary>An order of systems at one point.</summary>
    Order,

    /// <summary>A trend.</summary>
    Monotone,

    /// <summary>Where two curves meet.</summary>
    Crossover,

    /// <summary>Equality.</summary>
    Exact,

    /// <summary>Several statements at once.</summary>
    AllOf,
}
