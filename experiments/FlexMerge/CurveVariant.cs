using ResearchKit.Merge;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>One way to make models of every size.</summary>
/// <param name="Name">The name in figures.</param>
/// <param name="Algorithm">The merging algorithm.</param>
/// <param name="Options">The order; null for the paper's.</param>
/// <param name="Granularity">The blocks.</param>
/// <param name="Slices">The slices of a tensor, for slices.</param>
internal sealed record CurveVariant(
    string Name,
    IMergeAlgorithm Algorithm,
    FlexMergeOptions? Options = null,
    Granularity Granularity = Granularity.SubLayer,
    int Slices = 4
)
{
    /// <summary>A way to partition other than a plan: from the vectors and a size to groups, or null where the size cannot be had.</summary>
    public Func<TaskVectors, double, CancellationToken, Partition?>? Partition { get; init; }
}
