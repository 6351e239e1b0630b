using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ResearchKit.Experiments;

/// <summary>Measures cells in this process: those that may share it beside one another, the longest first; then those that must be alone, one after another.</summary>
public sealed class LocalLauncher : ILauncher
{
    /// <summary>How long a cell that was cancelled may take to stop before it is abandoned.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public string Name => "local";

    /// <inheritdoc/>
    public bool MeasuresElsewhere => false;

    /// <inheritdoc/>
    public async Task LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await using CellWorker worker = request.OpenWorker();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, worker.Broken);
        List<PlannedCell> shared = [.. request.Missing.Where(c => !CellTraits.Of(c.Cell).RunsAlone)];
        IEnumerable<PlannedCell> alone = request
            .Missing.Where(c => CellTraits.Of(c.Cell).RunsAlone)
            .OrderBy(c => CellTraits.Of(c.Cell).Timing is not null);
        try
        {
            await RunAsync(worker, InOrder(shared, request), Math.Min(request.Jobs, shared.Count), request, stop);
            await RunAsync(worker, alone, 1, request, stop);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The journal broke, which CompleteAsync tells, or the first failure was to stop the others, which the journal tells.
        }

        await worker.CompleteAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    // A cell of which nothing is known may be the longest of all. With one job the order of the plan is kept.
    private static IEnumerable<PlannedCell> InOrder(IReadOnlyList<PlannedCell> cells, LaunchRequest request) =>
        request.Jobs == 1 ? cells : cells.OrderByDescending(c => request.Expected(c) ?? TimeSpan.MaxValue).ThenBy(c => c.Index);

    private async Task RunAsync(
        CellWorker worker,
        IEnumerable<PlannedCell> cells,
        int jobs,
        LaunchRequest request,
        CancellationTokenSource stop
    )
    {
        ConcurrentQueue<PlannedCell> queue = new(cells);
        Task[] workers = [.. Enumerable.Range(0, queue.IsEmpty ? 0 : jobs).Select(_ => Task.Run(WorkAsync))];
        Task all = Task.WhenAll(workers);
        try
        {
            await all.WaitAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !all.IsCompleted)
        {
            await WaitForStopAsync(worker, all);
            throw;
        }

        async Task WorkAsync()
        {
            while (!stop.IsCancellationRequested && queue.TryDequeue(out PlannedCell? cell))
            {
                CellResult result = await worker.MeasureAsync(cell, request.Threads, request.Retries, stop.Token);
                if (result.State == CellState.Failed && request.FailFast)
                {
                    await stop.CancelAsync();
                }
            }
        }
    }

    private async Task WaitForStopAsync(CellWorker worker, Task all)
    {
        try
        {
            await all.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            worker.Log.LogWarning("A cell did not stop within {Patience}; it is abandoned, and its rows do not count.", Patience);
            _ = all.ContinueWith(t => _ = t.Exception, TaskScheduler.Default);
        }
        catch (Exception e) when (e is OperationCanceledException or ResearchKitException)
        {
            // The cells stopped, as they were asked to; why they were is told by whoever asked.
        }
    }
}
