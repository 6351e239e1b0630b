namespace ResearchKit.Graphs;

/// <summary>What an <see cref="EdgeEdit"/> does to its pair of nodes.</summary>
public enum EditKind
{
    /// <summary>The edge is not there and is added.</summary>
    Add,

    /// <summary>The edge is there and is removed.</summary>
    Remove,
}
