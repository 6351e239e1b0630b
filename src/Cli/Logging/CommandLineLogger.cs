using System.Globalization;
using Microsoft.Extensions.Logging;

namespace ResearchKit.Cli;

/// <summary>Logs to the error stream by the verbosity, and everything to the log file.</summary>
internal sealed class CommandLineLogger(string category, CommandLineLoggerProvider provider) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => provider.Writes(logLevel);

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel))
        {
            provider.Write(logLevel, eventId, category, formatter(state, exception), exception);
        }
    }
}

/// <summary>Makes the loggers of one command.</summary>
internal sealed class CommandLineLoggerProvider : ILoggerProvider
{
    private readonly ErrorConsole console;
    private readonly TimeProvider clock;
    private readonly StreamWriter? file;
    private readonly Lock gate = new();

    internal CommandLineLoggerProvider(ErrorConsole console, TimeProvider clock, FileInfo? logFile)
    {
        (this.console, this.clock) = (console, clock);
        if (logFile is not null)
        {
            logFile.Directory?.Create();
            file = new StreamWriter(new FileStream(logFile.FullName, FileMode.Append, FileAccess.Write, FileShare.Read))
            {
                AutoFlush = true,
            };
        }
    }

    private LogLevel FromConsole =>
        console.Verbosity switch
        {
            Verbosity.Quiet => LogLevel.Error,
            Verbosity.Normal => LogLevel.Warning,
            Verbosity.Detailed => LogLevel.Information,
            _ => LogLevel.Trace,
        };

    public ILogger CreateLogger(string categoryName) => new CommandLineLogger(categoryName, this);

    public void Dispose() => file?.Dispose();

    internal bool Writes(LogLevel level) => level != LogLevel.None && (level >= FromConsole || file is not null);

    internal void Write(LogLevel level, EventId id, string category, string message, Exception? exception)
    {
        // The progress display lists failing cells itself, with their errors.
        if (level >= FromConsole && id.Name != "CellFailed")
        {
            console.Line(
                $"{Word(level)}: {message}",
                level >= LogLevel.Error ? Tone.Bad
                    : level == LogLevel.Warning ? Tone.Warning
                    : Tone.Faint
            );
            if (exception is not null && console.Verbosity == Verbosity.Debug)
            {
                console.Line(exception.ToString(), Tone.Faint);
            }
        }

        if (file is not null)
        {
            lock (gate)
            {
                file.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {Word(level)} {category}: {message}"
                    )
                );
                if (exception is not null)
                {
                    file.WriteLine(exception);
                }
            }
        }
    }

    private static string Word(LogLevel level) =>
        level switch
        {
            LogLevel.Trace or LogLevel.Debug => "debug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warning",
            _ => "error",
        };
}
