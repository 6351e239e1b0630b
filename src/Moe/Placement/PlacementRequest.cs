namespace ResearchKit.Moe;

/// <summary>What there is to place, and what is known of the routing.</summary>
/// <param name="Ranks">G.</param>
/// <param name="Experts">E.</param>
/// <param name="Layers">The number of MoE layers.</param>
public sealed record PlacementRequest(int Ranks, int Experts, int Layers)
{
    /// <summary>The load of each expert by layer, measured or expected; null if unknown.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? Loads { get; init; }

    /// <summary>How often a token of expert e in layer l goes to expert e' in layer l + 1; null if unknown.</summary>
    public ExpertAffinity? Affinity { get; init; }
}
