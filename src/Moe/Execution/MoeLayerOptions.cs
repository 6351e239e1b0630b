namespace ResearchKit.Moe;

/// <summary>How a layer runs.</summary>
public sealed record MoeLayerOptions
{
    /// <summary>How weights of experts come that a rank does not hold. Default asynchronously from the store.</summary>
    public ExpertFetch Fetch { get; init; }

    /// <summary>Whether ranks meet before results are sent back, so that waiting for the slowest can be told from sending. Default false.</summary>
    public bool MeasuresWait { get; init; }

    /// <summary>Experts that every token passes, beside those it is routed to (Qwen's shared expert); computed by the token's own rank. They stay the caller's.</summary>
    public IReadOnlyList<ExpertWeights> SharedExperts { get; init; } = [];
}
