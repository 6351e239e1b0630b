namespace ResearchKit.Moe;

/// <summary>Expert e on rank e mod G, in every layer.</summary>
public sealed class RoundRobinPlacement : IExpertPlacement
{
    /// <inheritdoc/>
    public string Name => "round-robin";

    /// <inheritdoc/>
    public IReadOnlyList<ExpertPlacement> Place(PlacementRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return [.. Enumerable.Repeat(ExpertPlacement.RoundRobin(request.Ranks, request.Experts), request.Layers)];
    }
}
