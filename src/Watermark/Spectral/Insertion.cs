namespace ResearchKit.Watermark;

/// <summary>How a key value x changes a coefficient v (the three rules of Cox et al. 1997).</summary>
public enum Insertion
{
    /// <summary>v + x, the paper's rule.</summary>
    Additive,

    /// <summary>v (1 + alpha x); needs <see cref="CarrierRule.Largest"/>.</summary>
    Multiplicative,

    /// <summary>v exp(alpha x); needs <see cref="CarrierRule.Largest"/>.</summary>
    Exponential,
}
