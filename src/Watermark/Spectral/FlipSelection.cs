namespace ResearchKit.Watermark;

/// <summary>Which kinds of flips the budget may be spent on.</summary>
public enum FlipSelection
{
    /// <summary>Whatever gains most.</summary>
    Free,

    /// <summary>As many removals as additions: the number of edges stays (an odd budget gives the extra flip to the additions).</summary>
    Balanced,

    /// <summary>Edges are only added.</summary>
    AdditionsOnly,

    /// <summary>Edges are only removed.</summary>
    RemovalsOnly,
}
