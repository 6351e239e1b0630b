using System.CommandLine;
using ResearchKit.Cli;
using ResearchKit.Watermark;
using static ResearchKit.Papers.Verbs.WatermarkArguments;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>watermark attack</c>.</summary>
internal static class AttackCommand
{
    public static Command Build(VerbContext context)
    {
        Argument<string> graph = WatermarkArguments.Graph("graph", "The graph to attack");
        Option<string> kind = new("--kind")
        {
            Description = $"What to do: {string.Join("; ", GraphAttacks.All.Select(a => $"{a.Name}: {a.Description}"))}",
            HelpName = "attack",
            Required = true,
        };
        Option<double?> amount = new("--amount") { Description = "How much, as the attack takes it", HelpName = "share" };
        Option<int> seed = Seed();
        Option<string> output = Output("The attacked graph, in the format of the graph");
        Option<bool> force = Force();
        Option<bool> json = Json();
        Command command = new("attack", "Do to a graph what somebody may do to remove a mark")
        {
            graph,
            kind,
            amount,
            seed,
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
                AttackReport report = await new AttackFiles(context.OpenInput).AttackAsync(
                    a.GetRequiredValue(graph),
                    GraphAttacks.Named(a.GetRequiredValue(kind)),
                    a.GetValue(amount) ?? 0,
                    a.GetValue(seed),
                    a.GetRequiredValue(output),
                    a.GetValue(force),
                    cancellationToken
                );
                Show(
                    call,
                    json,
                    report,
                    $"{report.Added} edges added, {report.Removed} removed, {report.DeletedNodes} nodes deleted, {report.AddedNodes} added: {report.File}"
                );
                return ExitCode.Done;
            },
            parsed =>
                (parsed.GetResult(amount) is null) == (parsed.GetValue(kind) == "shuffle")
                    ? []
                    : ["Give --amount for every attack but shuffle, which takes none."]
        );
    }
}
