namespace ResearchKit.Watermark;

/// <summary>How the real field A' = A + delta becomes a graph again.</summary>
public enum Binarisation
{
    /// <summary>A pair is an edge iff A' is at least one half.</summary>
    Threshold,

    /// <summary>Exactly the pairs of largest gain are flipped, as many as the budget says.</summary>
    Budget,

    /// <summary>A non-edge is added with probability delta, an edge removed with probability -delta (clipped to 0..1).</summary>
    Stochastic,

    /// <summary>The E pairs of largest A' are the edges: the number of edges stays.</summary>
    TopE,
}
