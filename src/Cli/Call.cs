using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace ResearchKit.Cli;

/// <summary>One execution of a verb: its arguments and where it writes.</summary>
public sealed class Call
{
    private readonly Lazy<ILoggerFactory> loggers;

    internal Call(ParseResult arguments, ITerminal terminal, GlobalOptions global, TimeProvider clock, IReadOnlyList<string> commandLine)
    {
        Arguments = arguments;
        CommandLine = commandLine;
        bool plain = arguments.Given(global.Plain);
        bool colour = !arguments.Given(global.NoColor) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        Verbosity = global.Verbosity.In(arguments);
        Device = arguments.Given(global.Device) ?? "cpu";
        LogFile = arguments.Given(global.LogFile);
        Results = new ResultWriter(terminal, plain, colour);
        Errors = new ErrorConsole(terminal, plain, colour, Verbosity);
        ErrorConsole errors = Errors;
        FileInfo? logFile = LogFile;
        loggers = new(() => new LoggerFactory([new CommandLineLoggerProvider(errors, clock, logFile)]));
    }

    /// <summary>The parsed arguments.</summary>
    public ParseResult Arguments { get; }

    /// <summary>The arguments as written, without the name of the executable.</summary>
    public IReadOnlyList<string> CommandLine { get; }

    /// <summary>Results go here.</summary>
    public ResultWriter Results { get; }

    /// <summary>How much is said on the error stream.</summary>
    public Verbosity Verbosity { get; }

    /// <summary>Where tensors live: <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c> or <c>auto</c>.</summary>
    public string Device { get; }

    /// <summary>Makes loggers that write to the error stream, by the verbosity, and to the log file.</summary>
    public ILoggerFactory Loggers => loggers.Value;

    internal ErrorConsole Errors { get; }

    internal FileInfo? LogFile { get; }

    /// <summary>Says something on the error stream, unless only errors are wanted.</summary>
    /// <param name="text">The line.</param>
    public void Note(string text) => Errors.Note(text);

    internal void CloseLog()
    {
        if (loggers.IsValueCreated)
        {
            loggers.Value.Dispose();
        }
    }
}
