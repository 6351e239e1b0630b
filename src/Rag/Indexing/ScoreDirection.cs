namespace ResearchKit.Rag;

/// <summary>Which scores are better. It travels with every result: distances sorted as similarities silently invert a ranking.</summary>
public enum ScoreDirection
{
    /// <summary>Similarities: inner products, cosines.</summary>
    HigherIsBetter,

    /// <summary>Distances.</summary>
    LowerIsBetter,
}
