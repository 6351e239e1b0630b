using System.CommandLine;
using System.Globalization;
using ResearchKit.Cli;
using static ResearchKit.Papers.Verbs.WatermarkArguments;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>watermark plan</c>.</summary>
internal static class PlanCommand
{
    public static Command Build(VerbContext context)
    {
        Option<string?> graph = new("--graph") { Description = "The graph: an edge list, or - for the standard input", HelpName = "file" };
        Option<int?> nodes = new("--nodes") { Description = "Number of nodes, instead of --graph", HelpName = "N" };
        Option<long?> edges = new("--edges") { Description = "Number of edges, instead of --graph", HelpName = "E" };
        Option<int> length = Length();
        Option<long?> budget = Budget<long>();
        Option<double?> wanted = new("--similarity")
        {
            Description = "Find the smallest budget that reaches this similarity, instead of --budget",
            HelpName = "T",
        };
        Option<long?> samples = Samples<long>("all pairs");
        Option<double> threshold = Threshold();
        Option<bool> json = Json();
        Command command = new("plan", "Say what a mark will be worth, before making it")
        {
            graph,
            nodes,
            edges,
            length,
            budget,
            wanted,
            samples,
            threshold,
            json,
        };
        return Handle(
            context,
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                PlanReport report = await new WatermarkCommands(context.OpenInput).PlanAsync(
                    a.GetValue(graph),
                    a.GetValue(nodes),
                    a.GetValue(edges),
                    a.GetValue(length),
                    a.GetValue(budget),
                    a.GetValue(wanted),
                    a.GetValue(threshold),
                    a.GetValue(samples),
                    cancellationToken
                );
                if (a.GetValue(json))
                {
                    call.Results.Document(report);
                    return ExitCode.Done;
                }
                call.Results.Line(
                    $"{report.Nodes} nodes, {report.Edges} edges, m = {report.Length}, {report.Budget} flips, detected above {Text(report.Threshold)}"
                );
                ResultTable table = new ResultTable("attack", "similarity", "detected").Right(1, 2);
                foreach (PlanLine line in report.Attacks)
                {
                    table.Add(
                        line.Attack,
                        Text(line.Similarity),
                        string.Create(CultureInfo.InvariantCulture, $"{100 * line.DetectionProbability:0.#} %")
                    );
                }
                call.Results.Table(table);
                call.Results.Line(
                    $"blind detection: z = {Text(report.BlindScore)}; random flips that defeat the mark: {Text(Math.Round(report.FlipsToDefeat))}"
                );
                return ExitCode.Done;
            },
            parsed =>
                parsed.GetResult(graph) is not null != (parsed.GetResult(nodes) is not null && parsed.GetResult(edges) is not null)
                    ? Exclusive(parsed, budget, wanted)
                    : ["Give either --graph, or both --nodes and --edges.", .. Exclusive(parsed, budget, wanted)]
        );
    }
}
