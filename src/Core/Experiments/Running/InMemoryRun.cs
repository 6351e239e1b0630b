namespace ResearchKit.Experiments;

/// <summary>Runs an experiment without a folder, for notebooks and scripts: rows, figures and claims come back in memory.</summary>
public static class InMemoryRun
{
    internal const string Id = "memory";

    /// <summary>Runs an experiment.</summary>
    /// <typeparam name="TExperiment">The experiment.</typeparam>
    /// <param name="scale">The scale.</param>
    /// <param name="set">Options to set, as <c>Name=value</c>.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <exception cref="InvalidOptionsException">An option is wrong.</exception>
    public static Task<ExperimentResult> OfAsync<TExperiment>(
        Scale scale = Scale.Quick,
        IReadOnlyList<string>? set = null,
        CancellationToken cancellationToken = default
    )
        where TExperiment : Experiment, new() => OfAsync(new TExperiment(), scale, set, cancellationToken);

    /// <summary>Runs an experiment.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="scale">The scale.</param>
    /// <param name="set">Options to set, as <c>Name=value</c>.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    /// <exception cref="InvalidOptionsException">An option is wrong.</exception>
    public static Task<ExperimentResult> OfAsync(
        Experiment experiment,
        Scale scale = Scale.Quick,
        IReadOnlyList<string>? set = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ExperimentOptions options = OptionsBinder.Bind(experiment.OptionsFor(scale), set ?? []);
        RunRequest request = new()
        {
            Experiment = experiment,
            Scale = scale,
            Options = options,
        };
        return new ExperimentRunner(store: null).RunAsync(request, cancellationToken);
    }
}
