namespace ResearchKit.Experiments;

/// <summary>The committed rows of a run as text: the columns of the cell, then those of the row, in the order of the plan.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">One array of fields a row, in the order of the columns.</param>
public sealed record RowTable(IReadOnlyList<RowColumn> Columns, IReadOnlyList<string[]> Rows);

/// <summary>A column of a table of rows.</summary>
/// <param name="Name">The name of the property.</param>
/// <param name="Unit">Its unit, if an attribute names it.</param>
/// <param name="OfCell">True for a column of the cell.</param>
/// <param name="IsNumber">True if its values are numbers.</param>
public sealed record RowColumn(string Name, string? Unit, bool OfCell, bool IsNumber);
