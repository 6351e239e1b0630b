namespace ResearchKit.Watermark;

/// <summary>Which node pairs may be flipped.</summary>
public enum CandidateRule
{
    /// <summary>All edges and a random set of non-edges drawn from the secret: works for millions of nodes.</summary>
    Sampled,

    /// <summary>All pairs, scored by inverse Fourier transforms.</summary>
    Dense,
}
