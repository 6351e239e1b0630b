namespace ResearchKit.Experiments;

/// <summary>Which of several measurements of one cell counts: a requeued task, or two people who resume at once, measure a cell twice.</summary>
internal static class CellChoice
{
    /// <summary>The measurement that counts, by key. Of a timing cell the first by its end counts, the others are repeats.</summary>
    /// <param name="journals">The journals, by writer.</param>
    /// <param name="plan">The plan, for messages.</param>
    /// <param name="prefer">The writer whose rows count where two disagree, or null.</param>
    /// <exception cref="ResearchKitException">RK3004: two measurements differ and neither is preferred.</exception>
    internal static Dictionary<string, JournalCell> Of(IEnumerable<Journal> journals, ExperimentPlan plan, string? prefer)
    {
        Dictionary<string, JournalCell> chosen = new(StringComparer.Ordinal);
        foreach (JournalCell cell in journals.SelectMany(j => j.Cells))
        {
            if (!chosen.TryAdd(cell.Key, cell))
            {
                chosen[cell.Key] = Better(chosen[cell.Key], cell, plan, prefer);
            }
        }

        return chosen;
    }

    private static JournalCell Better(JournalCell first, JournalCell second, ExperimentPlan plan, string? prefer)
    {
        if (plan.Find(first.Key) is { } planned && CellTraits.Of(planned.Cell).Timing is not null)
        {
            return second.EndedUtc < first.EndedUtc ? second : first;
        }

        if (first.Hash == second.Hash && first.Rows == second.Rows && first.Journal.Columns.SequenceEqual(second.Journal.Columns))
        {
            return first;
        }

        return first.Journal.Writer == prefer ? first
            : second.Journal.Writer == prefer ? second
            : FirstDifference(first, second) is { } difference ? throw Disagreement(first, second, plan, difference)
            : first;
    }

    /// <summary>Where two measurements differ, column by column; null if they only name their columns in another order.</summary>
    private static RowDifference? FirstDifference(JournalCell first, JournalCell second) =>
        RowComparison.Of(first, second).FirstOrDefault();

    private static ResearchKitException Disagreement(JournalCell first, JournalCell second, ExperimentPlan plan, RowDifference difference)
    {
        string where =
            difference.Column.Length > 0
                ? FormattableString.Invariant(
                    $"row {difference.Row}, column {difference.Column}: {difference.Stored} and {difference.Measured}"
                )
                : FormattableString.Invariant($"one has {first.Rows} rows, the other {second.Rows}");
        return new ResearchKitException(
            ErrorCodes.CellNotDeterministic,
            $"The cell {first.Key} {plan.Find(first.Key)?.Json} is not deterministic: {first.Journal.Path} and {second.Journal.Path} differ ({where}).",
            $"Let every random number come from a named stream of the cell; or choose one with --prefer {first.Journal.Writer}."
        );
    }
}
