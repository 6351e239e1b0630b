namespace ResearchKit.Graphs;

/// <summary>What a loader read and what it changed to make a simple undirected graph of it.</summary>
public sealed record LoadReport
{
    /// <summary>The file, or the name of the stream.</summary>
    public required string Source { get; init; }

    /// <summary>Lines (or rows) with data.</summary>
    public long DataLines { get; init; }

    /// <summary>Lines skipped: comments, a bare URL at the top, blank lines.</summary>
    public long SkippedLines { get; init; }

    /// <summary>Pairs of nodes read, before anything was dropped or merged.</summary>
    public long Pairs { get; init; }

    /// <summary>Pairs of a node with itself, dropped.</summary>
    public long SelfLoops { get; init; }

    /// <summary>Pairs that repeat an earlier one in the same direction, dropped.</summary>
    public long Duplicates { get; init; }

    /// <summary>Edges that were there in both directions, merged into one.</summary>
    public long MergedDirections { get; init; }

    /// <summary>Lines with values after the two ids (weights, times); the values are not used.</summary>
    public long IgnoredWeights { get; init; }

    /// <summary>Ids that occur in no remaining edge (only in self loops, or alone on a line), dropped.</summary>
    public int DroppedNodes { get; init; }

    /// <summary>Whether the graph equals the file as it stands: nothing was dropped, merged or ignored.</summary>
    public bool IsUnchanged => SelfLoops == 0 && Duplicates == 0 && MergedDirections == 0 && IgnoredWeights == 0 && DroppedNodes == 0;
}
