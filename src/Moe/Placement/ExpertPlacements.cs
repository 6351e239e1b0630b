using ResearchKit.Experiments;

namespace ResearchKit.Moe;

/// <summary>The ways of placing experts that the library knows.</summary>
public static class ExpertPlacements
{
    /// <summary>Contiguous, round robin, ExFlow, EPLB; <see cref="Family{T}"/> takes one's own beside them.</summary>
    public static Family<IExpertPlacement> Known { get; } =
        new([new ContiguousPlacement(), new RoundRobinPlacement(), new ExFlowPlacement(), new EplbPlacement()]);
}
