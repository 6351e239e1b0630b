namespace ResearchKit.Experiments;

/// <summary>Finds or creates the run that a request means.</summary>
internal sealed class RunPreparation(RunStore? store, RunServices services)
{
    /// <summary>The options that are meant: those given, else those of the run to go on with, else those of the scale.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal async Task<(Scale Scale, ExperimentOptions Options, Run? Run)> ResolveAsync(
        RunRequest request,
        CancellationToken cancellationToken
    )
    {
        Check(request);
        Experiment experiment = request.Experiment;
        if (request.Resume is null)
        {
            return (request.Scale, request.Options ?? experiment.OptionsFor(request.Scale), null);
        }

        RunStore runs = store ?? throw new ArgumentException("A run that is kept in memory cannot be resumed.", nameof(request));
        if (request.Resume != RunRequest.Newest)
        {
            Run named = await runs.OpenAsync(
                request.Resume.Contains('/', StringComparison.Ordinal) ? request.Resume : $"{experiment.Info.Id}/{request.Resume}",
                cancellationToken
            );
            RefuseOther(named, experiment);
            return (named.Manifest.Scale, request.Options ?? named.OptionsOf(experiment), named);
        }

        ExperimentOptions options = request.Options ?? experiment.OptionsFor(request.Scale);
        string hash = ExperimentPlan.HashOf(options);
        if (await runs.NewestAsync(experiment.Info, hash, cancellationToken) is { } run)
        {
            return (run.Manifest.Scale, options, run);
        }

        await foreach (Run other in runs.NewestFirstAsync(experiment.Info, cancellationToken))
        {
            throw Differs(other, experiment, options);
        }

        throw StoreErrors.NotFound($"run of {experiment.Info.Id}", runs.Root);
    }

    /// <summary>Refuses to go on with a run whose options or plan are others.</summary>
    /// <param name="run">The run.</param>
    /// <param name="experiment">The experiment.</param>
    /// <param name="plan">The plan asked for.</param>
    internal static void RefuseOtherPlan(Run run, Experiment experiment, ExperimentPlan plan)
    {
        if (run.Manifest.Version != experiment.Info.Version || run.Manifest.OptionsHash != plan.OptionsHash)
        {
            throw Differs(run, experiment, plan.Options);
        }

        if (run.Manifest.PlanHash != plan.Hash)
        {
            throw new ResearchKitException(
                ErrorCodes.PlanInvalid,
                $"The run {run.Id} was planned with other cells than {experiment.Info.Id} plans now from the same options.",
                $"Raise the Version of the experiment if its rows changed; else start a new run with --import {run.Id}, which takes over equal cells."
            );
        }
    }

    /// <summary>Refuses to mix rows that were measured with other threads: sums of floating-point numbers depend on them.</summary>
    /// <param name="run">The run.</param>
    /// <param name="threads">The threads asked for.</param>
    internal static void RefuseOtherThreads(Run run, int threads)
    {
        if (run.Manifest.Threads != threads && run.JournalPaths().Count > 0)
        {
            throw new ResearchKitException(
                ErrorCodes.OptionsDiffer,
                FormattableString.Invariant(
                    $"The run {run.Id} was measured with {run.Manifest.Threads} threads in one operation; {threads} are asked for."
                ),
                "Ask for the same number, or start a new run."
            );
        }
    }

    /// <summary>How many cells at once.</summary>
    /// <param name="request">The request.</param>
    internal static int JobsOf(RunRequest request) => request.Jobs ?? System.Environment.ProcessorCount;

    internal IRunJournals JournalsOf(Run? run, Experiment experiment, ExperimentPlan plan) =>
        run is null ? new MemoryJournals(experiment, plan, services.Clock) : new FolderJournals(run, experiment, plan, services.Clock);

    private static void Check(RunRequest request)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Jobs ?? 1, 1, nameof(request.Jobs));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Threads, 1, nameof(request.Threads));
        ArgumentOutOfRangeException.ThrowIfNegative(request.Retries, nameof(request.Retries));
        ArgumentOutOfRangeException.ThrowIfNegative(request.Verify, nameof(request.Verify));
        if (request.Options is { } options && !request.Experiment.OptionsType.IsInstanceOfType(options))
        {
            throw new ArgumentException(
                $"{request.Experiment.Info.Id} takes {request.Experiment.OptionsType.Name}, not {options.GetType().Name}.",
                nameof(request)
            );
        }
    }

    private static void RefuseOther(Run run, Experiment experiment)
    {
        if (run.Manifest.Experiment != experiment.Info.Id)
        {
            throw new ArgumentException($"The run {run.Id} is of {run.Manifest.Experiment}, not of {experiment.Info.Id}.");
        }
    }

    private static ResearchKitException Differs(Run run, Experiment experiment, ExperimentOptions options) =>
        new(
            ErrorCodes.OptionsDiffer,
            $"The run {run.Id} of {experiment.Info.Id} cannot go on with what was asked for: {RunCommands.Differences(experiment, run.Manifest, options)}.",
            $"Leave out --resume for a new run (with --import {run.Id} it takes over equal cells), or ask for the stored values."
        );
}
