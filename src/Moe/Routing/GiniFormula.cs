namespace ResearchKit.Moe;

/// <summary>How <see cref="GiniSkew"/> finds the tokens of a hot expert.</summary>
public enum GiniFormula
{
    /// <summary>As the authors' program: the denominator is k (E - 2k), which gives more than the Gini index asked for; skews above 1 are per cent.</summary>
    Published,

    /// <summary>The denominator is k E: the two-level distribution whose Gini index is the skew.</summary>
    ExactGini,
}
