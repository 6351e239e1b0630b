namespace ResearchKit.Experiments;

/// <summary>How one cell of a run stands.</summary>
/// <param name="Index">Its place in the plan.</param>
/// <param name="Key">Its key, 32 hex digits.</param>
/// <param name="Cell">The cell as canonical JSON.</param>
/// <param name="State">How it stands.</param>
/// <param name="Why">The reason, for a failed, skipped or damaged cell.</param>
/// <param name="Milliseconds">How long it took, if it is done.</param>
/// <param name="Rows">The number of its committed rows.</param>
public sealed record CellResult(
    int Index,
    string Key,
    string Cell,
    CellState State,
    string? Why = null,
    double? Milliseconds = null,
    int Rows = 0
);

/// <summary>How a cell stands.</summary>
public enum CellState
{
    /// <summary>Not measured yet.</summary>
    Missing,

    /// <summary>Measured, whole, its hash agrees.</summary>
    Done,

    /// <summary>It threw.</summary>
    Failed,

    /// <summary>What it needs is not here.</summary>
    Skipped,

    /// <summary>Its stored rows do not agree with their hash or count: it is measured again.</summary>
    Damaged,
}
