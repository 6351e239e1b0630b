namespace ResearchKit.Experiments;

/// <summary>A cell with its place in the plan and its key.</summary>
/// <param name="Index">The place in the plan, from 0; the unit of a job array.</param>
/// <param name="Key">The key, 32 hex digits.</param>
/// <param name="Cell">The cell record.</param>
/// <param name="Json">The cell as canonical JSON.</param>
public sealed record PlannedCell(int Index, string Key, object Cell, string Json);
