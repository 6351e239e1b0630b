using System.Globalization;
using Microsoft.Extensions.Logging;

namespace ResearchKit.Experiments;

/// <summary>Measures cells into one journal: begin, rows as they appear, end; or the reason why there is no end.</summary>
internal sealed class CellWorker : IAsyncDisposable
{
    // Named, so that a console that shows failed cells by itself can leave this line out.
    private static readonly EventId CellFailed = new(1, nameof(CellFailed));

    private readonly Experiment experiment;
    private readonly ExperimentOptions options;
    private readonly JournalWriter journal;
    private readonly string artifacts;
    private readonly WriterLog log;
    private readonly IRunObserver observer;
    private readonly RunServices services;

    internal CellWorker(
        Experiment experiment,
        ExperimentOptions options,
        JournalWriter journal,
        string artifacts,
        WriterLog log,
        IRunObserver observer,
        RunServices services
    ) =>
        (this.experiment, this.options, this.journal, this.artifacts, this.log, this.observer, this.services) = (
            experiment,
            options,
            journal,
            artifacts,
            log,
            observer,
            services
        );

    /// <summary>Cancelled when the journal cannot be written any more.</summary>
    internal CancellationToken Broken => journal.Broken;

    internal ILogger Log => log;

    /// <summary>Measures one cell, and again if it may help.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="threads">The threads one operation may use.</param>
    /// <param name="retries">How often it is tried again after a failure that may pass.</param>
    /// <param name="cancellationToken">Stops the cell; its rows stay uncommitted.</param>
    /// <returns>Done or failed.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="ResearchKitException">RK3001: the journal could not be written.</exception>
    internal async Task<CellResult> MeasureAsync(PlannedCell cell, int threads, int retries, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            observer.CellStarted(experiment.Info, cell, attempt);
            (CellResult result, int attempts) = await AttemptAsync(cell, attempt, threads, retries, cancellationToken);
            if (result.State == CellState.Done || attempt >= attempts)
            {
                observer.CellEnded(experiment.Info, result);
                return result;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await journal.DisposeAsync();
        log.Dispose();
    }

    /// <summary>Closes the journal, and tells a write that failed.</summary>
    internal Task CompleteAsync() => journal.CompleteAsync();

    // A cell is deterministic: another attempt gives the rows that this one would have given.
    private const int AttemptsOnFreedScalar = 4;

    private async Task<(CellResult Result, int Attempts)> AttemptAsync(
        PlannedCell cell,
        int attempt,
        int threads,
        int retries,
        CancellationToken cancellationToken
    )
    {
        ArtifactFolder files = new(Path.Combine(artifacts, cell.Key), journal.Id);
        await journal.BeginAsync(cell.Key, attempt);
        try
        {
            int rows = await RowsAsync(cell, files, threads, cancellationToken);
            double milliseconds = await journal.EndAsync(cell.Key, files.Commit());
            return (new CellResult(cell.Index, cell.Key, cell.Json, CellState.Done, null, milliseconds, rows), attempt);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            journal.Abandon(cell.Key);
            files.Discard();
            throw;
        }
        catch (Exception e) when (!journal.Broken.IsCancellationRequested)
        {
            files.Discard();
            log.LogError(CellFailed, e, "Cell {Index} {Key} {Cell}, attempt {Attempt}, failed.", cell.Index, cell.Key, cell.Json, attempt);
            await journal.FailAsync(cell.Key, e);
            CellResult failed = new(cell.Index, cell.Key, cell.Json, CellState.Failed, FailureText.Of(e));
            return (
                failed,
                e is TransientException or IOException ? 1 + retries
                : TorchThreads.IsFreedScalar(e) ? AttemptsOnFreedScalar
                : 1
            );
        }
    }

    private async Task<int> RowsAsync(PlannedCell cell, ArtifactFolder files, int threads, CancellationToken cancellationToken)
    {
        CellScope scope = new(
            experiment.Info.Id,
            SeedOf(cell.Cell),
            log,
            new CellProgress(share => observer.CellProgressed(experiment.Info, cell, share)),
            services.Data,
            files,
            services.Clock,
            threads,
            services.Device,
            cancellationToken
        );
        int rows = 0;
        TorchThreads.PinHereAndAfterAwaits(threads);
        await using IAsyncEnumerator<object> measured = experiment
            .MeasureCellAsync(cell.Cell, options, scope, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (await measured.MoveNextAsync())
        {
            cancellationToken.ThrowIfCancellationRequested();
            await journal.AppendAsync(cell.Key, measured.Current);
            rows++;
            observer.RowMeasured(experiment.Info, cell, measured.Current);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return rows;
    }

    private static string SeedOf(object cell) =>
        cell.GetType().GetProperty("Seed")?.GetValue(cell) is { } seed ? Convert.ToString(seed, CultureInfo.InvariantCulture)! : "-";

    // Progress<T> posts to another thread, where reports overtake one another.
    private sealed class CellProgress(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
