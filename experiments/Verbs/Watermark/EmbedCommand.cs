using System.CommandLine;
using ResearchKit.Cli;
using ResearchKit.Watermark;
using static ResearchKit.Papers.Verbs.WatermarkArguments;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>watermark embed</c>.</summary>
internal static class EmbedCommand
{
    public static Command Build(VerbContext context)
    {
        Argument<string> graph = WatermarkArguments.Graph("graph", "The graph to mark");
        Option<string> key = Key();
        Option<string> output = Output("The marked graph: an edge list to write");
        Option<double?> distortion = new("--max-distortion")
        {
            Description = "The most flips, as a share of the edges",
            HelpName = "share",
        };
        Option<bool> force = Force();
        Option<bool> json = Json();
        Command command = new("embed", "Mark a graph") { graph, key, output, distortion, force, json };
        return Handle(
            context,
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                EmbedReport report = await new WatermarkCommands(context.OpenInput).EmbedAsync(
                    a.GetRequiredValue(graph),
                    a.GetRequiredValue(key),
                    a.GetRequiredValue(output),
                    a.GetValue(distortion),
                    a.GetValue(force),
                    progress: null,
                    cancellationToken
                );
                string effect =
                    report.Warning == EmbedWarning.NoEffect
                        ? "The strength is too small to flip a single pair: nothing was written, the graph carries no mark."
                        : $"{report.Added} edges added, {report.Removed} removed of {report.Candidates} candidates: {report.File}";
                Show(call, json, report, effect, $"predicted similarity {Text(report.PredictedSimilarity)}");
                if (report.IsolatedNodes > 0)
                {
                    call.Note($"{report.IsolatedNodes} nodes have no edge left and do not appear in an edge list.");
                }
                return report.Warning == EmbedWarning.NoEffect ? ExitCode.Failed : ExitCode.Done;
            }
        );
    }
}
