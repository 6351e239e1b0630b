using System.CommandLine;
using System.CommandLine.Invocation;
using Microsoft.Extensions.Logging;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>
/// The runner's command line: every verb on the experiments of the application.
/// <c>return await ResearchKitApp.CreateBuilder(args).AddExperiments(r => r.Add&lt;MyExperiment&gt;()).Build().RunAsync();</c>
/// </summary>
public sealed class ResearchKitApp
{
    // A cell has ten seconds to obey before its launcher abandons it; then the journal is closed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    private readonly IReadOnlyList<string> arguments;
    private readonly RootCommand root;
    private readonly GlobalOptions global;
    private readonly VerbContext context;
    private readonly bool handlesSignals;

    internal ResearchKitApp(
        IReadOnlyList<string> arguments,
        RootCommand root,
        GlobalOptions global,
        VerbContext context,
        bool handlesSignals
    )
    {
        (this.arguments, this.root, this.global, this.context, this.handlesSignals) = (arguments, root, global, context, handlesSignals);
    }

    /// <summary>Begins an application.</summary>
    /// <param name="args">The arguments of the process.</param>
    public static ResearchKitAppBuilder CreateBuilder(IReadOnlyList<string> args)
    {
        ArgumentNullException.ThrowIfNull(args);
        return new ResearchKitAppBuilder(args);
    }

    /// <summary>Carries the command line out.</summary>
    /// <param name="cancellationToken">Cancels as ctrl-C does.</param>
    /// <returns>The exit code, see <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken = default)
    {
        // No response files: @file is a value of --set.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        Call call = new(parsed, context.Terminal, global, context.Clock, arguments);
        using Interruption interruption = Interruption.Listen(handlesSignals, Environment.Exit, cancellationToken);
        try
        {
            // On another thread: a verb that works without awaiting must not keep the signals waiting.
            Task<int> work = Task.Run(() => CarryOut(parsed, call, interruption.Token), CancellationToken.None);
            int code = await WithinPatience(work, call, interruption);
            call.Results.Present(context.Terminal.Out.Flush);
            return code;
        }
        catch (OperationCanceledException e) when (interruption.Token.IsCancellationRequested)
        {
            return Interrupted(e, call, interruption);
        }
        catch (Exception e)
        {
            return Show(e, call);
        }
        finally
        {
            call.CloseLog();
        }
    }

    private async Task<int> CarryOut(ParseResult parsed, Call call, CancellationToken cancellationToken)
    {
        Command command = parsed.CommandResult.Command;
        VerbContext.Handler? handler = context.HandlerOf(command);
        bool isCall = parsed.Action is ParseErrorAction || (handler is not null && ReferenceEquals(parsed.Action, command.Action));
        if (isCall)
        {
            List<string> problems = [.. ParseProblems.Of(parsed)];
            problems.AddRange(handler?.Check?.Invoke(parsed) ?? []);
            if (problems.Count > 0)
            {
                problems[^1] +=
                    $"{Environment.NewLine}See '{string.Join(' ', ParseProblems.PathOf(parsed.CommandResult, context.Name))} --help'.";
                throw new UsageException(problems);
            }

            return await handler!.Run(call, cancellationToken);
        }

        // Help, version, completions: the parser's own actions. They get no signal handling and no exception handling of the parser's.
        InvocationConfiguration configuration = new()
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = context.Terminal.Out,
            Error = context.Terminal.Error,
        };
        return await parsed.InvokeAsync(configuration, cancellationToken);
    }

    private static async Task<int> WithinPatience(Task<int> work, Call call, Interruption interruption)
    {
        Task stopped = Task.Delay(Timeout.InfiniteTimeSpan, interruption.Token)
            .ContinueWith(static _ => Task.Delay(Patience), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)
            .Unwrap();
        if (await Task.WhenAny(work, stopped) == work)
        {
            return await work;
        }

        call.Errors.Line($"The command did not stop within {Patience.TotalSeconds:0} s; it is ended.", Tone.Warning);
        throw new OperationCanceledException(interruption.Token);
    }

    private static int Interrupted(OperationCanceledException exception, Call call, Interruption interruption)
    {
        int code = interruption.ExitCode ?? ExitCode.Interrupted;
        string what = code == ExitCode.Interrupted ? "interrupted" : "terminated";
        call.Errors.Line(exception is RunInterruptedException ? $"{what}: {exception.Message}" : $"{what}.", Tone.Warning);
        if (exception is RunInterruptedException run)
        {
            call.Errors.Line($"  go on with: {run.ResumeCommand}");
        }

        return code;
    }

    private int Show(Exception exception, Call call)
    {
        ErrorReport report = ErrorReport.Of(exception);
        foreach (string line in report.Lines)
        {
            call.Errors.Line(line, Tone.Bad);
        }

        if (report.IsBug)
        {
            if (call.LogFile is { } file)
            {
                call.Loggers.CreateLogger(nameof(ResearchKitApp)).LogDebug(exception, "unexpected error");
            }

            string? path = call.LogFile?.FullName ?? CrashLog.Write(exception, arguments, context.Clock.GetUtcNow());
            call.Errors.Line(
                path is null ? "  no log could be written; --verbosity debug prints the stack" : $"  log with the stack: {path}"
            );
            if (call.Verbosity == Verbosity.Debug)
            {
                call.Errors.Line(exception.ToString(), Tone.Faint);
            }
        }

        return report.ExitCode;
    }
}
