namespace ResearchKit.Experiments;

/// <summary>A measured row whose records are known by type only at run time.</summary>
internal readonly record struct MeasuredRow(string CellKey, object Cell, int Index, object Row);
