using ResearchKit.Data;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>A store and a runner for one call of a verb, with its progress display.</summary>
internal sealed class RunSession : IAsyncDisposable
{
    private readonly ProgressDisplay progress;
    private readonly string program;

    internal RunSession(VerbContext context, Call call, string? folder, string launcher = "local", bool draws = true)
    {
        program = context.Name;
        Store = new RunStore(RunStore.RootOr(folder));
        progress = ProgressDisplay.Start(call.Errors, context.Clock);
        DatasetCatalog catalog = context.Catalog();
        Runner = new ExperimentRunner(
            Store,
            new RunServices
            {
                Device = Devices.Resolve(call.Device),
                Launcher = context.Extensions.Launchers[launcher](),
                Figures = draws ? context.Extensions.Renderer.Value : null,
                Reporter = draws ? new RunReporter() : null,
                Observers = [progress, .. context.Extensions.Observers],
                Data = catalog,
                Resources = new ApplicationResources(catalog, context.Name),
                Logging = call.Loggers,
                Program = context.Name,
                Clock = context.Clock,
            }
        );
    }

    internal RunStore Store { get; }

    internal ExperimentRunner Runner { get; }

    /// <summary>The command that goes on with a run.</summary>
    internal string ResumeCommand(ExperimentResult run)
    {
        bool isDefault = Store.Root == Path.GetFullPath(RunStore.RootOr(null));
        return $"{program} run {run.Experiment.Id} --resume {run.RunId}{(isDefault ? "" : $" --out {Store.Root}")}";
    }

    public ValueTask DisposeAsync() => progress.DisposeAsync();
}
