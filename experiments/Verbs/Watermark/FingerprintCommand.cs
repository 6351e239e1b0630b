using System.CommandLine;
using ResearchKit.Cli;
using static ResearchKit.Papers.Verbs.WatermarkArguments;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>watermark fingerprint</c>.</summary>
internal static class FingerprintCommand
{
    public static Command Build(VerbContext context)
    {
        Argument<string> graph = WatermarkArguments.Graph("graph", "The graph to mark");
        Option<string> key = Key();
        Option<string> user = new("--user")
        {
            Description = "The user who gets the copy; any text, which has to be remembered",
            HelpName = "name",
            Required = true,
        };
        Option<string> output = Output("The user's copy, in the format of the graph");
        Option<bool> force = Force();
        Option<bool> json = Json();
        Command command = new("fingerprint", "Make a user's copy, so that he is named even if users mix their copies")
        {
            graph,
            key,
            user,
            output,
            force,
            json,
        };
        return Handle(
            context,
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                FingerprintReport report = await new FingerprintFiles(context.OpenInput).MakeAsync(
                    a.GetRequiredValue(graph),
                    a.GetRequiredValue(key),
                    a.GetRequiredValue(user),
                    a.GetRequiredValue(output),
                    a.GetValue(force),
                    cancellationToken
                );
                Show(
                    call,
                    json,
                    report,
                    $"{report.Added} edges added, {report.Removed} removed at {report.Positions} positions: {report.File}"
                );
                return ExitCode.Done;
            }
        );
    }
}
