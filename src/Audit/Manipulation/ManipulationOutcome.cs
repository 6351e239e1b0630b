namespace ResearchKit.Audit;

/// <summary>What became of a manipulation.</summary>
public enum ManipulationOutcome
{
    /// <summary>The strategy gave its answers.</summary>
    Answered,

    /// <summary>The strategy has no answer here (a group with equal answers only, a prior without fair models): the answers are the honest ones.</summary>
    Degenerate,
}
