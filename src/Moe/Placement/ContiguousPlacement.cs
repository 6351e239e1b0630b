namespace ResearchKit.Moe;

/// <summary>Expert e on rank e / (E / G), in every layer: what all systems start from.</summary>
public sealed class ContiguousPlacement : IExpertPlacement
{
    /// <inheritdoc/>
    public string Name => "contiguous";

    /// <inheritdoc/>
    public IReadOnlyList<ExpertPlacement> Place(PlacementRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return [.. Enumerable.Repeat(ExpertPlacement.Contiguous(request.Ranks, request.Experts), request.Layers)];
    }
}
