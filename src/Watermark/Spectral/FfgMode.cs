namespace ResearchKit.Watermark;

/// <summary>Which scheme: it decides the node order and what the other options default to.</summary>
public enum FfgMode
{
    /// <summary>Secret node order, secret random carriers with phases, exact budget: the recommended scheme.</summary>
    Keyed,

    /// <summary>The scheme of the paper: natural node order, the largest coefficients, no phases, a threshold at one half.</summary>
    PaperThreshold,
}
