namespace ResearchKit.Experiments;

/// <summary>Finds the cells that cannot run here.</summary>
internal static class CellSkips
{
    /// <summary>Marks cells that are not done and whose needs are not here.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cells">How its cells stand.</param>
    /// <param name="resources">What the machine has.</param>
    /// <returns>The cells with those that are skipped marked, and all needs that are not here.</returns>
    internal static (IReadOnlyList<CellResult> Cells, IReadOnlySet<string> Unmet) Mark(
        ExperimentPlan plan,
        IReadOnlyList<CellResult> cells,
        ICellResources resources
    )
    {
        HashSet<string> unmet = new(StringComparer.Ordinal);
        CellResult[] marked = [.. cells];
        for (int i = 0; i < marked.Length; i++)
        {
            foreach (string need in CellTraits.NeedsOf(plan.Cells[i].Cell))
            {
                if (resources.WhyMissing(need) is { } why)
                {
                    unmet.Add(need);
                    marked[i] = marked[i].State == CellState.Done ? marked[i] : marked[i] with { State = CellState.Skipped, Why = why };
                }
            }
        }

        return (marked, unmet);
    }
}
