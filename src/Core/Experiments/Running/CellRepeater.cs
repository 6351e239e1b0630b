using Microsoft.Extensions.Logging;
using ResearchKit.Numerics;

namespace ResearchKit.Experiments;

/// <summary>Measures finished cells again and compares: determinism is checked, not believed. Nothing is stored.</summary>
internal sealed class CellRepeater(Experiment experiment, RunServices services, ILogger log)
{
    /// <summary>Cells drawn at random among the finished ones; timing cells differ by nature and are left out.</summary>
    /// <param name="state">The run.</param>
    /// <param name="runId">Its id, which names the draw.</param>
    /// <param name="count">At most this many.</param>
    internal static IReadOnlyList<PlannedCell> Draw(RunState state, string runId, int count)
    {
        PlannedCell[] done =
        [
            .. state
                .Cells.Where(c => c.State == CellState.Done)
                .Select(c => state.Plan.Cells[c.Index])
                .Where(c => CellTraits.Of(c.Cell).Timing is null),
        ];
        RandomStream stream = RandomStream.Named(state.Plan.Experiment.Id, runId, "verify");
        return [.. stream.Sample(done.Length, Math.Min(count, done.Length)).Select(i => done[i])];
    }

    /// <summary>Measures a cell again.</summary>
    /// <param name="state">The run.</param>
    /// <param name="cell">A finished cell.</param>
    /// <param name="threads">The threads one operation may use.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">RK3006: the cell is not done, so there is nothing to compare with.</exception>
    internal async Task<CellComparison> RepeatAsync(RunState state, PlannedCell cell, int threads, CancellationToken cancellationToken)
    {
        JournalCell stored =
            state.DoneCell(cell.Index)
            ?? throw new ResearchKitException(
                ErrorCodes.RunNotFound,
                $"The cell {cell.Key} {cell.Json} has no stored rows to compare with: it is {state.Cells[cell.Index].State}.",
                "Resume the run first."
            );
        using MemoryJournals memory = new(experiment, state.Plan, services.Clock);
        JournalWriter journal = memory.OpenWriter(Durability.Process, "");
        CellResult result;
        await using (
            CellWorker worker = new(
                experiment,
                state.Plan.Options,
                journal,
                memory.Artifacts,
                new WriterLog(null, log, services.Clock),
                new ObserverGroup([], log),
                services
            )
        )
        {
            result = await worker.MeasureAsync(cell, threads, retries: 0, cancellationToken);
        }

        bool isTiming = CellTraits.Of(cell.Cell).Timing is not null;
        return memory.Read(cancellationToken).SelectMany(j => j.Cells).FirstOrDefault() is { } measured
            ? new CellComparison(cell, isTiming, [.. RowComparison.Of(stored, measured)])
            : new CellComparison(
                cell,
                isTiming,
                [.. Enumerable.Range(0, stored.Rows).Select(r => new RowDifference(r, "", "a row", null))],
                result.Why
            );
    }
}
