using System.CommandLine;
using ResearchKit.Cli;
using static ResearchKit.Papers.Verbs.WatermarkArguments;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>watermark register</c>.</summary>
internal static class RegisterCommand
{
    public static Command Build(VerbContext context)
    {
        Argument<string> suspect = WatermarkArguments.Graph("suspect", "The graph that lost its ids");
        Option<string> original = Original();
        Option<string> output = Output("The matched nodes, a line each: id in the original, tab, id in the suspect");
        Option<bool> force = Force();
        Option<bool> json = Json();
        Command command = new("register", "Match the nodes of a graph that lost its ids with those of the original")
        {
            suspect,
            original,
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
                RegisterReport report = await new AttackFiles(context.OpenInput).RegisterAsync(
                    a.GetRequiredValue(suspect),
                    a.GetRequiredValue(original),
                    a.GetRequiredValue(output),
                    a.GetValue(force),
                    cancellationToken
                );
                Show(
                    call,
                    json,
                    report,
                    $"{report.Matched} of {report.Nodes} nodes matched, {report.Seeds} of them by their neighbourhoods alone: {report.File}"
                );
                return report.Matched == 0 ? ExitCode.Failed : ExitCode.Done;
            }
        );
    }
}
