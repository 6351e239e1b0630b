namespace ResearchKit.Experiments;

/// <summary>A cell measured again, beside its stored rows: determinism is checked, not believed.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="IsTiming">True if the cell measures wall-clock time: its rows differ by nature.</param>
/// <param name="Differences">Where the rows differ; empty if they are equal.</param>
/// <param name="Failure">Type and message, if the cell fails now; null if it was measured.</param>
public sealed record CellComparison(PlannedCell Cell, bool IsTiming, IReadOnlyList<RowDifference> Differences, string? Failure = null)
{
    /// <summary>Whether the cell was measured and all rows are equal.</summary>
    public bool IsEqual => Failure is null && Differences.Count == 0;
}

/// <summary>A field that differs.</summary>
/// <param name="Row">The row within the cell, from 0.</param>
/// <param name="Column">The column, or empty if one side lacks the row.</param>
/// <param name="Stored">The stored text; null if there is no such row.</param>
/// <param name="Measured">The text measured again; null if there is no such row.</param>
public sealed record RowDifference(int Row, string Column, string? Stored, string? Measured);
