using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>What a run would do.</summary>
internal static class DryRun
{
    private const int ShownCells = 40;

    internal static async Task<int> ShowAsync(
        Call call,
        RunSession session,
        IEnumerable<RunRequest> requests,
        CancellationToken cancellationToken
    )
    {
        foreach (RunRequest request in requests)
        {
            Show(call.Results, request, await session.Runner.ForecastAsync(request, cancellationToken));
        }

        return ExitCode.Done;
    }

    private static void Show(ResultWriter results, RunRequest request, RunForecast forecast)
    {
        int skipped = forecast.Count(CellState.Skipped);
        int done = forecast.Count(CellState.Done);
        int open = forecast.Cells.Count - done - skipped;
        string time =
            open == 0 ? "none"
            : forecast.Expected is { } expected ? $"about {Numbers.Duration(expected)}"
            : "not known (no earlier run, no hint)";
        results.Line($"{request.Experiment.Info.Id}: {(forecast.RunId is { } id ? $"goes on with run {id}" : "a new run")}");
        results.Line($"{forecast.Cells.Count} cells: {done} done, {open} to measure, {skipped} skipped. Time: {time}.");
        ResultTable table = new("cell", "values", "state", "why", "expected");
        foreach (CellForecast cell in forecast.Cells.Take(ShownCells))
        {
            table.Add(
                cell.Cell.Key[..8],
                cell.Cell.Json,
                $"{cell.State}",
                cell.Why ?? "",
                cell.Expected is { } t ? Numbers.Duration(t) : ""
            );
        }

        results.Table(table);
        if (forecast.Cells.Count > ShownCells)
        {
            results.Line($"... and {forecast.Cells.Count - ShownCells} more");
        }

        results.Line();
    }
}
