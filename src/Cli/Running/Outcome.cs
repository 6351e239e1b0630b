using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>What went wrong in runs, as tables and as an exit code.</summary>
internal static class Outcome
{
    /// <summary>Prints cells that failed or are not deterministic, and what else went wrong.</summary>
    internal static void Show(ResultWriter results, IReadOnlyList<ExperimentResult> runs, RunSession session)
    {
        ResultTable failed = new("failed cell", "values", "error");
        ResultTable differing = new("not deterministic", "values", "row", "column", "stored", "measured again");
        ResultTable skipped = new("experiment", "skipped cells", "why");
        foreach (ExperimentResult run in runs)
        {
            foreach (CellResult cell in run.Cells.Where(c => c.State is CellState.Failed or CellState.Damaged))
            {
                failed.Add($"{run.Experiment.Id} {cell.Key[..8]}", cell.Cell, new ResultCell(cell.Why ?? "", Tone.Bad));
            }

            foreach (CellComparison repeated in Differing(run))
            {
                RowDifference first = repeated.Differences[0];
                differing.Add(
                    $"{run.Experiment.Id} {repeated.Cell.Key[..8]}",
                    repeated.Cell.Json,
                    $"{first.Row}",
                    first.Column,
                    first.Stored ?? "no row",
                    first.Measured ?? "no row"
                );
            }

            foreach (IGrouping<string?, CellResult> group in run.Cells.Where(c => c.State == CellState.Skipped).GroupBy(c => c.Why))
            {
                skipped.Add(run.Experiment.Id, $"{group.Count()}", group.Key ?? "");
            }
        }

        foreach (ResultTable table in (IEnumerable<ResultTable>)[failed, differing, skipped])
        {
            if (table.Count > 0)
            {
                results.Table(table);
                results.Line();
            }
        }

        foreach (
            ExperimentResult run in runs.Where(r => r.Cells.Any(c => c.State is CellState.Failed or CellState.Missing or CellState.Damaged))
        )
        {
            int missing = run.Cells.Count(c => c.State is not (CellState.Done or CellState.Skipped));
            results.Line(
                $"{run.Experiment.Id}: {missing} of {run.Cells.Count} cells are not done. Go on with: {session.ResumeCommand(run)}"
            );
        }

        foreach ((string id, string problem) in runs.SelectMany(r => r.Problems.Select(p => (r.Experiment.Id, p))))
        {
            results.Line(new ResultCell($"{id}: {problem}", Tone.Bad));
        }
    }

    /// <summary>Places in journals that are not as they were written, on the error stream.</summary>
    internal static void ShowDamages(Call call, IReadOnlyList<ExperimentResult> runs)
    {
        foreach ((string id, JournalDamage damage) in runs.SelectMany(r => r.Damages.Select(d => (r.Experiment.Id, d))))
        {
            string cell = damage.Key is { } key ? $" cell {key}:" : "";
            call.Errors.Note($"warning: {id}:{cell} {damage.What} ({damage.File}, byte {damage.Offset})", Tone.Warning);
        }
    }

    /// <summary>1 if a cell, a claim or a check failed, else 0.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="rules">Which verdicts count.</param>
    internal static int ExitCodeOf(IReadOnlyList<ExperimentResult> runs, VerdictRules rules) =>
        runs.Any(r =>
            r.Problems.Count > 0
            || Differing(r).Any()
            || r.Cells.Any(c => c.State is CellState.Failed or CellState.Damaged)
            || r.Claims.Any(c => rules.Fails(c, r.Context is { MachineBusy: true }))
        )
            ? ExitCode.Failed
            : ExitCode.Done;

    // A cell that measures wall-clock time gives other rows each time, by its nature.
    private static IEnumerable<CellComparison> Differing(ExperimentResult run) => run.Verified.Where(v => !v.IsEqual && !v.IsTiming);
}
