using System.Diagnostics;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>What is said about an exception, and the exit code it means.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Lines">What is said, a line each; empty if nothing is.</param>
/// <param name="IsBug">Whether the log with the stack is to be named.</param>
internal sealed record ErrorReport(int ExitCode, IReadOnlyList<string> Lines, bool IsBug = false)
{
    private static readonly ErrorReport Quiet = new(Cli.ExitCode.Done, []);

    internal static ErrorReport Of(Exception exception) =>
        exception switch
        {
            OutputClosedException => Quiet,
            UsageException e => Usage(e.Problems),
            InvalidOptionsException e => Usage(e.Problems),
            AggregateException { InnerExceptions: [{ } single] } => Of(single),
            MalformedFileException e => OfEnvironment(Cli.ExitCode.Usage, e),
            ResearchKitException e => OfEnvironment(ExitCodeOf(e.Code), e),
            ArgumentException e and not ArgumentNullException when !IsThrownByTheRuntime(e) => Usage([WithoutParameter(e)]),
            FileNotFoundException or DirectoryNotFoundException => Usage([exception.Message]),
            IOException or UnauthorizedAccessException => OfSystem(exception),
            _ => new(Cli.ExitCode.Bug, [$"unexpected error: {exception.GetType().Name}: {exception.Message}"], IsBug: true),
        };

    // The name of a parameter of some method says nothing to the user of a command.
    private static string WithoutParameter(ArgumentException e) =>
        e.ParamName is { } name ? e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : e.Message;

    private static ErrorReport Usage(IReadOnlyList<string> problems) => new(Cli.ExitCode.Usage, [.. problems.Select(p => $"error: {p}")]);

    private static ErrorReport OfEnvironment(int code, ResearchKitException e) =>
        new(code, [$"error {e.Code}: {e.Message}", $"  remedy: {e.Remedy}"]);

    private static ErrorReport OfSystem(Exception e) =>
        new(
            Cli.ExitCode.Environment,
            [$"error {ErrorCodes.WriteFailed}: {e.Message}", "  remedy: Free space or allow access, then run the same command again."]
        );

    private static int ExitCodeOf(string code) =>
        code switch
        {
            ErrorCodes.OptionsDiffer or ErrorCodes.RunNotFound or ErrorCodes.PlanInvalid or ErrorCodes.ClaimCannotFail =>
                Cli.ExitCode.Usage,
            ErrorCodes.CellNotDeterministic => Cli.ExitCode.Failed,
            _ => Cli.ExitCode.Environment,
        };

    /// <summary>
    /// An argument that some code of ours gave to the runtime (a key twice in a dictionary) is a bug, not the user's mistake.
    /// The guards of the exception types themselves (<c>ThrowIfNegative</c>) count for the method that calls them.
    /// </summary>
    private static bool IsThrownByTheRuntime(ArgumentException exception)
    {
        Type? thrower = new StackTrace(exception)
            .GetFrames()
            .Select(f => f.GetMethod()?.DeclaringType)
            .FirstOrDefault(t => t is not null && !t.IsAssignableTo(typeof(ArgumentException)));
        return thrower?.Assembly.GetName().Name is { } name && name.StartsWith("System.", StringComparison.Ordinal);
    }
}
