namespace ResearchKit.Merge;

/// <summary>The distance of two clusters, in the usual vocabulary.</summary>
public enum Linkage
{
    /// <summary>The mean distance of all pairs.</summary>
    Average,

    /// <summary>The smallest distance of a pair.</summary>
    Single,

    /// <summary>The largest distance of a pair.</summary>
    Complete,
}
