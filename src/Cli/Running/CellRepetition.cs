using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>One finished cell, measured again and compared with its stored rows.</summary>
internal static class CellRepetition
{
    internal static async Task<int> RunAsync(
        VerbContext context,
        Call call,
        RunSession session,
        ExperimentInfo info,
        string key,
        string? runId,
        CancellationToken cancellationToken
    )
    {
        string reference =
            runId is null ? info.Id
            : runId.Contains('/', StringComparison.Ordinal) ? runId
            : $"{info.Id}/{runId}";
        Run run = await session.Store.OpenAsync(reference, cancellationToken);
        CellComparison found = await session.Runner.RepeatCellAsync(
            run,
            context.Experiments.Create(info.Id),
            key,
            cancellationToken: cancellationToken
        );
        call.Results.Line($"{info.Id} run {run.Id} cell {found.Cell.Key} {found.Cell.Json}");
        if (found.IsEqual)
        {
            call.Results.Line(new ResultCell("equal: the rows are the stored ones", Tone.Good));
            return ExitCode.Done;
        }

        ResultTable table = new("row", "column", "stored", "measured again");
        foreach (RowDifference difference in found.Differences)
        {
            table.Add($"{difference.Row}", difference.Column, difference.Stored ?? "no row", difference.Measured ?? "no row");
        }

        call.Results.Table(table);
        call.Results.Line(
            found.IsTiming
                ? "The cell measures wall-clock time: its rows differ by nature."
                : new ResultCell($"error {ErrorCodes.CellNotDeterministic}: the cell is not deterministic", Tone.Bad)
        );
        return found.IsTiming ? ExitCode.Done : ExitCode.Failed;
    }
}
