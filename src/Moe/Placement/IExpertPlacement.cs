namespace ResearchKit.Moe;

/// <summary>A way of placing experts on ranks, before anything runs. The library's are listed in <see cref="ExpertPlacements"/>.</summary>
public interface IExpertPlacement : INamed
{
    /// <summary>Places the experts of each layer.</summary>
    /// <param name="request">The sizes, and what is known of the routing.</param>
    /// <param name="cancellationToken">Stops a search.</param>
    /// <returns>One placement a layer.</returns>
    /// <exception cref="ArgumentException">The request lacks what this way needs, or its sizes do not fit.</exception>
    IReadOnlyList<ExpertPlacement> Place(PlacementRequest request, CancellationToken cancellationToken = default);
}
