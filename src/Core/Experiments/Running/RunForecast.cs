namespace ResearchKit.Experiments;

/// <summary>What a run would do, found out without doing it.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="RunId">The run that would go on, or null if a new one would begin.</param>
/// <param name="Cells">How each cell of the plan stands.</param>
/// <param name="Expected">How long the missing cells take by earlier runs or by their hints, with the jobs asked for; null if nothing is known.</param>
public sealed record RunForecast(ExperimentPlan Plan, string? RunId, IReadOnlyList<CellForecast> Cells, TimeSpan? Expected)
{
    /// <summary>The number of cells in a state.</summary>
    /// <param name="state">The state.</param>
    public int Count(CellState state) => Cells.Count(c => c.State == state);
}

/// <summary>What a run would do with one cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="State">How it stands now; a missing, failed or damaged one would be measured.</param>
/// <param name="Why">Why it would be skipped, or was not done.</param>
/// <param name="Expected">How long it takes by earlier runs or by its hint; null if nothing is known.</param>
public sealed record CellForecast(PlannedCell Cell, CellState State, string? Why, TimeSpan? Expected);
