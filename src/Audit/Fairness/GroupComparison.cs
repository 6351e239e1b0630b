namespace ResearchKit.Audit;

/// <summary>What groups are compared with, as in Fairlearn.</summary>
public enum GroupComparison
{
    /// <summary>Each other: largest minus smallest, smallest over largest.</summary>
    BetweenGroups,

    /// <summary>All rows together: the largest distance, the smallest ratio (turned below 1).</summary>
    ToOverall,
}
