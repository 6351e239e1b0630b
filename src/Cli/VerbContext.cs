using System.CommandLine;
using ResearchKit.Data;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>What the application offers to its verbs.</summary>
public sealed class VerbContext
{
    private readonly Dictionary<Command, Handler> handlers = [];

    internal VerbContext(string name, ExperimentRegistry experiments, ITerminal terminal, TimeProvider clock, Extensions extensions)
    {
        (Name, Experiments, Terminal, Clock, Extensions) = (name, experiments, terminal, clock, extensions);
    }

    /// <summary>The name of the executable, for commands that are shown to the user.</summary>
    public string Name { get; }

    /// <summary>The experiments of the application.</summary>
    public ExperimentRegistry Experiments { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Opens the standard input, for a verb whose file argument may be <c>-</c>.</summary>
    public Stream OpenInput() => Terminal.OpenInput();

    internal ITerminal Terminal { get; }

    internal Extensions Extensions { get; }

    /// <summary>Says what a command does when it is called. Exceptions become messages and exit codes; a verb catches none that it cannot repair.</summary>
    /// <param name="command">The command.</param>
    /// <param name="run">Does it and returns the exit code (see <see cref="ExitCode"/>). The token is cancelled by ctrl-C and SIGTERM.</param>
    /// <param name="check">Names what is wrong with the arguments beyond their form; called first, also when their form is wrong, so that all problems are shown at once.</param>
    /// <returns>The same command.</returns>
    public Command Handle(
        Command command,
        Func<Call, CancellationToken, Task<int>> run,
        Func<ParseResult, IEnumerable<string>>? check = null
    )
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(run);
        handlers[command] = new Handler(run, check);
        // The application calls the handler itself; the action makes the parser accept the command without a subcommand.
        command.SetAction(static (_, _) => Task.FromResult(ExitCode.Done));
        return command;
    }

    /// <summary>The catalogue of data sets.</summary>
    /// <param name="http">The client that downloads; null where nothing is.</param>
    internal DatasetCatalog Catalog(HttpClient? http = null) => new(new DatasetCatalogOptions { Http = http, Time = Clock });

    internal Handler? HandlerOf(Command command) => handlers.GetValueOrDefault(command);

    internal sealed record Handler(Func<Call, CancellationToken, Task<int>> Run, Func<ParseResult, IEnumerable<string>>? Check);
}
