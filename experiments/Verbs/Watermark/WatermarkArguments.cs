using System.CommandLine;
using System.Globalization;
using ResearchKit.Cli;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Verbs;

/// <summary>The options and arguments that several watermark commands share, each defined once.</summary>
internal static class WatermarkArguments
{
    public static Option<string> RequiredFile(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "file",
            Required = true,
        };

    public static Option<string?> OptionalFile(string name, string description) =>
        new(name) { Description = description, HelpName = "file" };

    public static Argument<string> Graph(string name, string description) =>
        new(name) { Description = $"{description}: an edge list, or - for the standard input", HelpName = "file" };

    public static Option<string> Key() => RequiredFile("--key", "The key file");

    public static Option<string> Output(string description) => RequiredFile("--out", description);

    public static Option<string> Original() => RequiredFile("--original", "The unmarked original");

    public static Option<int> Length() =>
        new("--length")
        {
            Description = "Number of carriers",
            HelpName = "m",
            DefaultValueFactory = _ => 512,
        };

    public static Option<T?> Budget<T>()
        where T : struct => new("--budget") { Description = "Node pairs to flip [default: 1 % of the edges]", HelpName = "pairs" };

    public static Option<T?> Samples<T>(string otherwise)
        where T : struct =>
        new("--samples") { Description = $"Random non-edges among the candidates [default: {otherwise}]", HelpName = "pairs" };

    public static Option<double> Threshold() =>
        new("--threshold")
        {
            Description = "The similarity above which a mark counts as present",
            HelpName = "T",
            DefaultValueFactory = _ => 6.0,
        };

    public static Option<bool> Register() =>
        new("--register") { Description = "Match nodes by structure instead of by id, for a graph that lost its ids" };

    public static Option<int> Seed() =>
        new("--seed")
        {
            Description = "Decides all that is random",
            HelpName = "number",
            DefaultValueFactory = _ => 1,
        };

    public static Option<bool> Force() => new("--force") { Description = "Replace a file that is there" };

    public static Option<bool> Json() => new("--json") { Description = "Answer with one JSON document" };

    /// <summary>Says what a command does. Inputs that do not fit together are the user's to correct, not the machine's: exit code 2.</summary>
    public static Command Handle(
        VerbContext context,
        Command command,
        Func<Call, CancellationToken, Task<int>> run,
        Func<ParseResult, IEnumerable<string>>? check = null
    ) =>
        context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                try
                {
                    return await run(call, cancellationToken);
                }
                catch (ResearchKitException e) when (e is KeyMismatchException or IdMismatchException or DistortionExceededException)
                {
                    throw new UsageException($"{e.Message} {e.Remedy} ({e.Code})");
                }
            },
            check
        );

    /// <summary>Answers with a document, or with lines.</summary>
    public static void Show<T>(Call call, Option<bool> json, T report, params ReadOnlySpan<string> lines)
    {
        if (call.Arguments.GetValue(json))
        {
            call.Results.Document(report);
            return;
        }
        foreach (string line in lines)
        {
            call.Results.Line(line);
        }
    }

    public static IEnumerable<string> Exclusive(ParseResult parsed, Option first, Option second) =>
        parsed.GetResult(first) is not null && parsed.GetResult(second) is not null
            ? [$"Give {first.Name} or {second.Name}, not both."]
            : [];

    public static string Text(double value) =>
        Math.Abs(value) >= 1000 ? value.ToString("0", CultureInfo.InvariantCulture) : value.ToString("0.##", CultureInfo.InvariantCulture);
}
