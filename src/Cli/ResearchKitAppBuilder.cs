using System.CommandLine;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>
/// Puts an application together: its experiments, verbs of its own, observers, launchers, a renderer. What a module offers (its experiments, its root verb)
/// comes by an extension method on this class.
/// </summary>
public sealed class ResearchKitAppBuilder
{
    private readonly IReadOnlyList<string> arguments;
    private readonly ExperimentRegistry experiments = new();
    private readonly List<Func<VerbContext, Command>> verbs = [];
    private readonly List<IRunObserver> observers = [];
    private readonly List<INamed> systems = [];
    private readonly Dictionary<string, string> references = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<ILauncher>> launchers = new(StringComparer.OrdinalIgnoreCase);
    private Func<IFigureRenderer> renderer = () => new ScottPlotRenderer();
    private ITerminal? terminal;
    private TimeProvider clock = TimeProvider.System;
    private string name = RootCommand.ExecutableName;
    private bool handlesSignals = true;

    internal ResearchKitAppBuilder(IReadOnlyList<string> arguments)
    {
        this.arguments = arguments;
        launchers.Add("local", () => new LocalLauncher());
    }

    /// <summary>Adds experiments.</summary>
    /// <param name="add">Adds them, for example <c>registry => registry.Add&lt;MyExperiment&gt;()</c>.</param>
    /// <exception cref="ArgumentException">An id is taken, or a class has no proper <see cref="ExperimentAttribute"/>.</exception>
    public ResearchKitAppBuilder AddExperiments(Action<ExperimentRegistry> add)
    {
        ArgumentNullException.ThrowIfNull(add);
        add(experiments);
        return this;
    }

    /// <summary>
    /// Adds a system of the user's own to a family (a baseline, say): the experiments that compare that family measure it too, and draw it as "not in the
    /// paper".
    /// </summary>
    /// <typeparam name="T">The family's interface, as its module names it.</typeparam>
    /// <param name="system">The system; its name is not one of the paper's.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public ResearchKitAppBuilder AddSystem<T>(T system)
        where T : class, INamed
    {
        ArgumentNullException.ThrowIfNull(system);
        if (systems.OfType<T>().Any(s => s.Name == system.Name))
        {
            throw new ArgumentException($"There is already a system '{system.Name}' of the family {typeof(T).Name}.", nameof(system));
        }

        systems.Add(system);
        return this;
    }

    /// <summary>
    /// The systems of a family that were added so far. An experiment takes them when it is constructed:
    /// <c>registry.Add(() => new Comparison(builder.Systems&lt;IScheme&gt;()))</c> sees also those that are added later.
    /// </summary>
    /// <typeparam name="T">The family's interface.</typeparam>
    public IReadOnlyList<T> Systems<T>()
        where T : class, INamed => [.. systems.OfType<T>()];

    /// <summary>Adds a verb.</summary>
    /// <param name="verb">The verb.</param>
    public ResearchKitAppBuilder AddVerb(IVerb verb)
    {
        ArgumentNullException.ThrowIfNull(verb);
        return AddVerb(verb.Build);
    }

    /// <summary>Adds a verb.</summary>
    /// <param name="build">Builds its command; see <see cref="IVerb.Build"/>.</param>
    public ResearchKitAppBuilder AddVerb(Func<VerbContext, Command> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        verbs.Add(build);
        return this;
    }

    /// <summary>Adds the BibTeX entry of a paper, which <c>cite</c> prints.</summary>
    /// <param name="paper">The paper, as the experiments' attributes name it: <c>arXiv:2502.04182</c>.</param>
    /// <param name="bibTeX">The entry.</param>
    public ResearchKitAppBuilder AddReference(string paper, string bibTeX)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(paper);
        ArgumentException.ThrowIfNullOrWhiteSpace(bibTeX);
        references[paper] = bibTeX;
        return this;
    }

    /// <summary>Adds someone who watches every run.</summary>
    /// <param name="observer">The observer.</param>
    public ResearchKitAppBuilder AddObserver(IRunObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        observers.Add(observer);
        return this;
    }

    /// <summary>Adds a place where cells can run; <c>--launcher NAME</c> chooses it.</summary>
    /// <param name="launcherName">The name.</param>
    /// <param name="create">Constructs it when it is chosen.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public ResearchKitAppBuilder AddLauncher(string launcherName, Func<ILauncher> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(launcherName);
        ArgumentNullException.ThrowIfNull(create);
        return launchers.TryAdd(launcherName, create)
            ? this
            : throw new ArgumentException($"There is already a launcher '{launcherName}'.", nameof(launcherName));
    }

    /// <summary>Puts another renderer of figures in the place of ScottPlot's.</summary>
    /// <param name="create">Constructs it when it is needed.</param>
    public ResearchKitAppBuilder UseRenderer(Func<IFigureRenderer> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        renderer = create;
        return this;
    }

    /// <summary>Writes elsewhere than to the streams of the process.</summary>
    /// <param name="other">Where to.</param>
    public ResearchKitAppBuilder UseTerminal(ITerminal other)
    {
        ArgumentNullException.ThrowIfNull(other);
        terminal = other;
        return this;
    }

    /// <summary>Takes another clock than the system's.</summary>
    /// <param name="other">The clock.</param>
    public ResearchKitAppBuilder UseClock(TimeProvider other)
    {
        ArgumentNullException.ThrowIfNull(other);
        clock = other;
        return this;
    }

    /// <summary>Sets the name of the command, as help texts and messages show it. Default: the name of the executable.</summary>
    /// <param name="command">The name.</param>
    public ResearchKitAppBuilder UseName(string command)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(command);
        name = command;
        return this;
    }

    /// <summary>Leaves SIGINT and SIGTERM to the caller, who cancels the token of <see cref="ResearchKitApp.RunAsync"/> instead.</summary>
    public ResearchKitAppBuilder LeaveSignals()
    {
        handlesSignals = false;
        return this;
    }

    /// <summary>Builds the application.</summary>
    /// <exception cref="ArgumentException">Two verbs have the same name.</exception>
    public ResearchKitApp Build()
    {
        ITerminal where = terminal ?? new ProcessTerminal();
        Extensions extensions = new([.. observers], launchers, new(renderer), references);
        VerbContext context = new(name, experiments, where, clock, extensions);
        GlobalOptions global = new();
        RootCommand root = new("Runs experiments, judges the claims of their papers, reports.") { HelpName = name };
        foreach (Option option in global.All)
        {
            root.Options.Add(option);
        }

        foreach (
            Func<VerbContext, Command> build in (IEnumerable<Func<VerbContext, Command>>)
                [.. BuiltInVerbs.All.Select(v => (Func<VerbContext, Command>)v.Build), .. verbs]
        )
        {
            Command verb = build(context);
            root.Subcommands.Add(
                root.Subcommands.Any(c => c.Name == verb.Name || c.Aliases.Contains(verb.Name))
                    ? throw new ArgumentException($"There is already a verb '{verb.Name}'.")
                    : verb
            );
        }

        return new ResearchKitApp(arguments, root, global, context, handlesSignals);
    }
}
