using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace ResearchKit.Experiments;

/// <summary>The part of a run that costs time: missing cells are given to a launcher, and what it took is kept in the manifest.</summary>
/// <param name="request">The request.</param>
/// <param name="plan">The plan.</param>
/// <param name="run">The run, or null if it is kept in memory.</param>
/// <param name="journals">Its journals.</param>
/// <param name="store">Where runs are kept.</param>
/// <param name="services">What the runner draws on from outside.</param>
/// <param name="log">The log of the runner.</param>
internal sealed class RunMeasurement(
    RunRequest request,
    ExperimentPlan plan,
    Run? run,
    IRunJournals journals,
    RunStore? store,
    RunServices services,
    ILogger log
)
{
    /// <summary>Measures, and keeps account of it in the manifest.</summary>
    /// <param name="missing">The cells.</param>
    /// <param name="manifest">The manifest as it is.</param>
    /// <param name="expected">How long cells take.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <returns>The manifest with times, processor and memory.</returns>
    /// <exception cref="RunInterruptedException">It was cancelled.</exception>
    /// <exception cref="ResearchKitException">RK3001: a journal or the manifest could not be written.</exception>
    internal async Task<RunManifest> MeasureAsync(
        IReadOnlyList<PlannedCell> missing,
        RunManifest manifest,
        DurationEstimates expected,
        CancellationToken cancellationToken
    )
    {
        new ObserverGroup(services.Observers, log).RunStarted(plan.Experiment, run?.Id ?? InMemoryRun.Id, plan.Cells.Count, missing.Count);
        manifest = manifest with { State = RunOutcome.Running, Threads = request.Threads, Device = services.Device };
        if (run is not null)
        {
            await run.WriteManifestAsync(manifest, cancellationToken);
        }

        LoadWatch? load = missing.Any(c => CellTraits.Of(c.Cell).Timing is not null) ? LoadWatch.Start() : null;
        long began = services.Clock.GetTimestamp();
        TimeSpan processor = Process.GetCurrentProcess().TotalProcessorTime;
        try
        {
            await LaunchAsync(missing, services.Launcher, expected, cancellationToken);
        }
        catch (OperationCanceledException) when (run is not null)
        {
            // Not under the token that is cancelled: the manifest says how the run stands.
            await run.WriteManifestAsync(
                RunOutcomes.Measured(manifest, services.Clock, began, processor, null) with
                {
                    State = RunOutcome.Incomplete,
                },
                CancellationToken.None
            );
            throw;
        }

        double? others = load?.OthersShare();
        if (others > LoadWatch.Busy)
        {
            log.LogWarning(
                "Other programs used {Share:P0} of the machine while cells were timed: claims on wall-clock time are not judged.",
                others
            );
        }

        return RunOutcomes.Measured(manifest, services.Clock, began, processor, others);
    }

    /// <summary>Gives cells to a launcher.</summary>
    /// <param name="missing">The cells.</param>
    /// <param name="launcher">The launcher.</param>
    /// <param name="expected">How long cells take.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <exception cref="RunInterruptedException">It was cancelled.</exception>
    /// <exception cref="ResearchKitException">RK3001: a journal could not be written.</exception>
    internal async Task LaunchAsync(
        IReadOnlyList<PlannedCell> missing,
        ILauncher launcher,
        DurationEstimates expected,
        CancellationToken cancellationToken
    )
    {
        string resume = RunCommands.Resume(services.Program, plan.Experiment, run?.Id, store);
        ObserverGroup observers = new(services.Observers, log);
        LaunchRequest launch = new(OpenWorker)
        {
            Plan = plan,
            Missing = missing,
            Folder = run?.Folder,
            Jobs = RunPreparation.JobsOf(request),
            Threads = request.Threads,
            Retries = request.Retries,
            FailFast = request.FailFast,
            Expected = expected.Of,
        };
        try
        {
            await launcher.LaunchAsync(launch, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new RunInterruptedException(run?.Id ?? InMemoryRun.Id, resume, cancellationToken);
        }

        CellWorker OpenWorker()
        {
            JournalWriter journal = journals.OpenWriter(request.Durability, $"Free space or check the permissions, then: {resume}");
            WriterLog writerLog = new(journals.LogOf(journal.Id), services.Logging.CreateLogger(plan.Experiment.Id), services.Clock);
            return new CellWorker(request.Experiment, plan.Options, journal, journals.Artifacts, writerLog, observers, services);
        }
    }

    /// <summary>Reads how the run stands after its cells were measured.</summary>
    /// <param name="missing">The cells that were measured.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal async Task<RunState> SettleAsync(IReadOnlyList<PlannedCell> missing, CancellationToken cancellationToken)
    {
        TimeSpan patience = services.Launcher.MeasuresElsewhere && missing.Count > 0 ? TimeSpan.FromSeconds(60) : TimeSpan.Zero;
        TimeSpan pause = TimeSpan.FromSeconds(1);
        while (true)
        {
            // Listings of network file systems lag: journals of other machines appear late.
            RunState state = await journals.ReadAsync(request.Prefer, cancellationToken);
            if (patience <= TimeSpan.Zero || missing.All(c => state.Cells[c.Index].State is CellState.Done or CellState.Failed))
            {
                return state;
            }

            await Task.Delay(pause, services.Clock, cancellationToken);
            patience -= pause;
        }
    }
}
