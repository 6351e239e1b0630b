namespace ResearchKit.Experiments;

/// <summary>One measured row with the cell it was measured in.</summary>
/// <typeparam name="TCell">The cell record.</typeparam>
/// <typeparam name="TRow">The row record.</typeparam>
/// <param name="CellKey">The key of the cell, 32 hex digits.</param>
/// <param name="Cell">The cell.</param>
/// <param name="Index">The position of the row within its cell, from 0.</param>
/// <param name="Row">The row.</param>
public sealed record Measured<TCell, TRow>(string CellKey, TCell Cell, int Index, TRow Row)
    where TCell : class
    where TRow : class;
