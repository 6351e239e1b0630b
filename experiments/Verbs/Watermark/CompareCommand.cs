using System.CommandLine;
using System.Globalization;
using ResearchKit.Cli;
using static ResearchKit.Papers.Verbs.WatermarkArguments;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>watermark compare</c>.</summary>
internal static class CompareCommand
{
    public static Command Build(VerbContext context)
    {
        Argument<string> graph = WatermarkArguments.Graph("graph", "The graph to mark");
        Option<int?> budget = Budget<int>();
        Option<double[]> flips = new("--flips")
        {
            Description = "Random flips before detection, in percent of the edges; may be given several times",
            HelpName = "percent",
            DefaultValueFactory = _ => [0, 1, 10],
        };
        Option<int> seed = Seed();
        Option<bool> json = Json();
        Command command = new("compare", "Mark a graph with every scheme, attack it, and see which marks are found")
        {
            graph,
            budget,
            flips,
            seed,
            json,
        };
        return Handle(
            context,
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                CompareReport report = await new SchemeComparison(context.OpenInput).RunAsync(
                    a.GetRequiredValue(graph),
                    a.GetValue(budget),
                    a.GetValue(flips) ?? [],
                    a.GetValue(seed),
                    cancellationToken
                );
                if (a.GetValue(json))
                {
                    call.Results.Document(report);
                    return CodeOf(report);
                }
                call.Results.Line($"{report.Nodes} nodes, {report.Edges} edges; budget {report.Budget}");
                string[] attacks = [.. report.Schemes.SelectMany(s => s.Found).Select(f => f.Attack).Distinct()];
                ResultTable table = new ResultTable(["scheme", "edits", "mark ms", "detect ms", .. attacks]).Right(1, 2, 3);
                foreach (SchemeReport scheme in report.Schemes)
                {
                    table.Add(
                        scheme.Failure is null
                            ?
                            [
                                scheme.Scheme,
                                scheme.Edits.ToString(CultureInfo.InvariantCulture),
                                Text(scheme.EmbedMs),
                                Text(scheme.DetectMs),
                                .. attacks.Select(attack =>
                                    (ResultCell)scheme.Found.First(f => f.Attack == attack).Outcome.ToString().ToLowerInvariant()
                                ),
                            ]
                            : [scheme.Scheme, "-", "-", "-", .. attacks.Select(_ => (ResultCell)"impossible")]
                    );
                }
                call.Results.Table(table);
                foreach (SchemeReport scheme in report.Schemes.Where(s => s.Failure is not null))
                {
                    call.Note($"{scheme.Scheme}: {scheme.Failure}");
                }
                return CodeOf(report);
            },
            parsed => (parsed.GetValue(flips) ?? []).Any(f => !(f >= 0)) ? ["--flips is a percentage of at least 0."] : []
        );
    }

    // A graph that none of the schemes can mark is the caller's to change.
    private static int CodeOf(CompareReport report) => report.Schemes.All(s => s.Failure is not null) ? ExitCode.Usage : ExitCode.Done;
}
