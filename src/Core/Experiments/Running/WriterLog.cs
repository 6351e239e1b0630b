using System.Globalization;
using Microsoft.Extensions.Logging;

namespace ResearchKit.Experiments;

/// <summary>The log of one writer, in a file beside its journal, and in the log of the application. The file is made with the first line.</summary>
/// <param name="path">The file, or null for none.</param>
/// <param name="application">The log of the application.</param>
/// <param name="clock">The clock.</param>
internal sealed class WriterLog(string? path, ILogger application, TimeProvider clock) : ILogger, IDisposable
{
    private readonly Lock gate = new();
    private StreamWriter? file;
    private bool closed = path is null;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => application.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information || application.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        application.Log(logLevel, eventId, state, exception, formatter);
        if (logLevel < LogLevel.Information || logLevel == LogLevel.None)
        {
            return;
        }

        string time = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        string line = HomePath.Hide($"{time} {logLevel}: {formatter(state, exception)}{(exception is null ? "" : $"\n{exception}")}");
        lock (gate)
        {
            Write(line);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            file?.Dispose();
            file = null;
        }
    }

    private void Write(string line)
    {
        if (closed)
        {
            return;
        }

        try
        {
            file ??= new StreamWriter(new FileStream(path!, FileMode.CreateNew, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
            file.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The log is a convenience; the journal, on the same disk, reports a full disk as an error.
            closed = true;
            application.LogWarning(e, "The log {Path} cannot be written; it ends here.", path);
        }
    }
}
