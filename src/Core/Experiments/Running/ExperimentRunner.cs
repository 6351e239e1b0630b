using Microsoft.Extensions.Logging;

namespace ResearchKit.Experiments;

/// <summary>Runs experiments: plan, measure what is missing, then derive rows, figures and claims.</summary>
public sealed class ExperimentRunner
{
    private readonly RunStore? store;
    private readonly RunServices services;
    private readonly ICellResources resources;
    private readonly ILogger log;

    /// <summary>Makes a runner.</summary>
    /// <param name="store">Where runs are kept; null to keep them in memory.</param>
    /// <param name="services">What the runner draws on from outside; null for the defaults.</param>
    public ExperimentRunner(RunStore? store, RunServices? services = null)
    {
        this.store = store;
        this.services = services ?? new RunServices();
        resources = this.services.Resources ?? new MachineResources(this.services.Data);
        log = this.services.Logging.CreateLogger<ExperimentRunner>();
    }

    /// <summary>Says what a run would do, without doing it (<c>--dry-run</c>).</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">Options or other parts of the request are wrong.</exception>
    /// <exception cref="ResearchKitException">RK5001: the plan is invalid; RK3002 to RK3006: the run to resume cannot be used.</exception>
    public async Task<RunForecast> ForecastAsync(RunRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RunPreparation preparation = new(store, services);
        (_, ExperimentOptions options, Run? run) = await preparation.ResolveAsync(request, cancellationToken);
        ExperimentPlan plan = ExperimentPlan.Of(request.Experiment, options);
        CellFilter filter = CellFilter.Parse(request.Experiment.CellType, request.Only);
        DurationEstimates expected = await EstimatesAsync(request.Experiment, cancellationToken);
        RunState state = RunState.Of(request.Experiment, plan, [], null);
        if (run is not null)
        {
            RunPreparation.RefuseOtherPlan(run, request.Experiment, plan);
            state = await RunState.ReadAsync(run, request.Experiment, plan, request.Prefer, cancellationToken);
        }

        IReadOnlyList<CellResult> cells = CellSkips.Mark(plan, state.Cells, resources).Cells;
        CellForecast[] forecast =
        [
            .. cells
                .Where(c => filter.Matches(plan.Cells[c.Index].Cell))
                .Select(c => new CellForecast(plan.Cells[c.Index], c.State, c.Why, expected.Of(plan.Cells[c.Index]))),
        ];
        return new RunForecast(plan, run?.Id, forecast, RunForecasts.Total(forecast, RunPreparation.JobsOf(request)));
    }

    /// <summary>Runs an experiment, or goes on with a run.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Interrupts: running cells stop, finished ones are kept.</param>
    /// <returns>All that the run gave. Cells that failed are in it, with their reasons.</returns>
    /// <exception cref="ArgumentException">Options or other parts of the request are wrong.</exception>
    /// <exception cref="RunInterruptedException">It was cancelled while it measured.</exception>
    /// <exception cref="ResearchKitException">
    /// RK5001: the plan is invalid; RK3001: a file could not be written; RK3002, RK3003, RK3006: the run cannot be used; RK3004: a cell is not deterministic; RK3005: options differ.
    /// </exception>
    public async Task<ExperimentResult> RunAsync(RunRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RunPreparation preparation = new(store, services);
        Experiment experiment = request.Experiment;
        (Scale scale, ExperimentOptions options, Run? run) = await preparation.ResolveAsync(request, cancellationToken);
        ExperimentPlan plan = ExperimentPlan.Of(experiment, options);
        CellFilter filter = CellFilter.Parse(experiment.CellType, request.Only);
        if (run is not null)
        {
            RunPreparation.RefuseOtherPlan(run, experiment, plan);
            RunPreparation.RefuseOtherThreads(run, request.Threads);
        }
        else if (store is not null)
        {
            run = await store.CreateAsync(plan, scale, request.Command, services.Clock, request.StoreDiff, cancellationToken);
        }

        IRunJournals journals = preparation.JournalsOf(run, experiment, plan);
        try
        {
            return await RunAsync(request, plan, scale, run, journals, filter, cancellationToken);
        }
        finally
        {
            (journals as IDisposable)?.Dispose();
        }
    }

    /// <summary>Derives rows, figures and claims from the journals of a run, without measuring.</summary>
    /// <param name="run">The run.</param>
    /// <param name="experiment">Its experiment.</param>
    /// <param name="prefer">The writer whose rows count where two disagree; null to refuse them.</param>
    /// <param name="write">Whether the derived files are written anew. Default true.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">RK3001: a file cannot be written; RK3002, RK3003: the run cannot be read; RK3004: two writers disagree about a cell.</exception>
    public async Task<ExperimentResult> ReviewAsync(
        Run run,
        Experiment experiment,
        string? prefer = null,
        bool write = true,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(experiment);
        RunState state = await RunState.ReadAsync(run, experiment, prefer, cancellationToken);
        return await DeriveAsync(experiment, state, run, run.Manifest, write, cancellationToken);
    }

    /// <summary>Measures one finished cell again and compares it with its stored rows (<c>--cell</c>).</summary>
    /// <param name="run">The run.</param>
    /// <param name="experiment">Its experiment.</param>
    /// <param name="key">The key of the cell, or its first 6 digits or more.</param>
    /// <param name="prefer">The writer whose rows count where two disagree.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">Not exactly one cell has such a key.</exception>
    /// <exception cref="ResearchKitException">RK3006: the cell is not done.</exception>
    public async Task<CellComparison> RepeatCellAsync(
        Run run,
        Experiment experiment,
        string key,
        string? prefer = null,
        CancellationToken cancellationToken = default
    )
    {
        RunState state = await RunState.ReadAsync(run, experiment, prefer, cancellationToken);
        int threads = run.Manifest.Threads;
        return await new CellRepeater(experiment, services, log).RepeatAsync(
            state,
            state.Plan.FindByPrefix(key),
            threads,
            cancellationToken
        );
    }

    /// <summary>Measures cells of a run by their places in the plan, into a journal of this process: what a worker process of another launcher does. Nothing is derived.</summary>
    /// <param name="run">The run.</param>
    /// <param name="request">The experiment, and how to measure; scale and options are the run's.</param>
    /// <param name="indices">The cells; those that are done are left out.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is not in the plan.</exception>
    /// <exception cref="RunInterruptedException">It was cancelled.</exception>
    /// <exception cref="ResearchKitException">RK3001: the journal could not be written.</exception>
    public async Task MeasureAsync(Run run, RunRequest request, IReadOnlyList<int> indices, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(indices);
        ExperimentPlan plan = await run.ReadPlanAsync(request.Experiment, cancellationToken);
        FolderJournals journals = new(run, request.Experiment, plan, services.Clock);
        RunState state = await journals.ReadAsync(request.Prefer, cancellationToken);
        IReadOnlyList<CellResult> cells = CellSkips.Mark(plan, state.Cells, resources).Cells;
        PlannedCell[] missing =
        [
            .. indices
                .Select(i =>
                    i >= 0 && i < cells.Count
                        ? cells[i]
                        : throw new ArgumentOutOfRangeException(nameof(indices), i, $"The plan has cells 0 to {cells.Count - 1}.")
                )
                .Where(c => c.State is not (CellState.Done or CellState.Skipped))
                .Select(c => plan.Cells[c.Index]),
        ];
        RunMeasurement measurement = new(request, plan, run, journals, store, services, log);
        await measurement.LaunchAsync(missing, new LocalLauncher(), DurationEstimates.None, cancellationToken);
    }

    private async Task<ExperimentResult> RunAsync(
        RunRequest request,
        ExperimentPlan plan,
        Scale scale,
        Run? run,
        IRunJournals journals,
        CellFilter filter,
        CancellationToken cancellationToken
    )
    {
        Experiment experiment = request.Experiment;
        RunManifest manifest = run?.Manifest ?? (await ManifestFactory.CreateAsync(plan, scale, request.Command, services.Clock)).Manifest;
        RunState state = await journals.ReadAsync(request.Prefer, cancellationToken);
        if (request.Import is { } import)
        {
            RunStore runs = store ?? throw new ArgumentException("A run that is kept in memory imports nothing.", nameof(request));
            Run source = await runs.OpenAsync(
                import.Contains('/', StringComparison.Ordinal) ? import : $"{experiment.Info.Id}/{import}",
                cancellationToken
            );
            int taken = await RunImport.TakeOverAsync(source, experiment, state, journals, request.Durability, cancellationToken);
            log.LogInformation("{Cells} cells are taken over from {Run}.", taken, source.Id);
            state = await journals.ReadAsync(request.Prefer, cancellationToken);
        }

        (IReadOnlyList<CellResult> cells, _) = CellSkips.Mark(plan, state.Cells, resources);
        PlannedCell[] missing =
        [
            .. cells
                .Where(c => c.State is not (CellState.Done or CellState.Skipped))
                .Select(c => plan.Cells[c.Index])
                .Where(c => filter.Matches(c.Cell)),
        ];
        RunMeasurement measurement = new(request, plan, run, journals, store, services, log);
        if (missing.Length > 0)
        {
            DurationEstimates expected =
                RunPreparation.JobsOf(request) > 1 ? await EstimatesAsync(experiment, cancellationToken) : DurationEstimates.None;
            manifest = await measurement.MeasureAsync(missing, manifest, expected, cancellationToken);
        }

        manifest = manifest with { Data = await DataUse.OfAsync(plan, services.Data, cancellationToken) };
        state = await measurement.SettleAsync(missing, cancellationToken);
        manifest = RunOutcomes.Complete(manifest, state, CellSkips.Mark(plan, state.Cells, resources).Cells, services.Clock);
        ExperimentResult result = await DeriveAsync(experiment, state, run, manifest, write: true, cancellationToken);
        result = await VerifyAsync(request, state, result, cancellationToken);
        new ObserverGroup(services.Observers, log).RunEnded(result);
        return result;
    }

    private async Task<ExperimentResult> DeriveAsync(
        Experiment experiment,
        RunState state,
        Run? run,
        RunManifest manifest,
        bool write,
        CancellationToken cancellationToken
    )
    {
        (IReadOnlyList<CellResult> cells, IReadOnlySet<string> unmet) = CellSkips.Mark(state.Plan, state.Cells, resources);
        RunFinaliser finaliser = new(experiment, services, resources, log);
        ExperimentResult result = finaliser.Derive(state, cells, manifest, unmet, (run?.Id ?? InMemoryRun.Id, run?.Folder));
        if (run is null || !write)
        {
            return result;
        }

        using IDisposable? held = await RunLock.AcquireAsync(run.Folder, cancellationToken);
        if (manifest != run.Manifest)
        {
            await run.WriteManifestAsync(manifest, cancellationToken);
        }

        return await finaliser.WriteAsync(result, run.Folder, cancellationToken);
    }

    private async Task<ExperimentResult> VerifyAsync(
        RunRequest request,
        RunState state,
        ExperimentResult result,
        CancellationToken cancellationToken
    )
    {
        List<CellComparison> verified = [];
        CellRepeater repeater = new(request.Experiment, services, log);
        foreach (PlannedCell cell in CellRepeater.Draw(state, result.RunId, request.Verify))
        {
            verified.Add(await repeater.RepeatAsync(state, cell, request.Threads, cancellationToken));
        }

        return result with
        {
            Verified = verified,
        };
    }

    private async Task<DurationEstimates> EstimatesAsync(Experiment experiment, CancellationToken cancellationToken) =>
        store is null ? DurationEstimates.None : await DurationEstimates.ReadAsync(store, experiment, cancellationToken);
}
