using System.CommandLine;
using ResearchKit.Cli;
using ResearchKit.Watermark;
using static ResearchKit.Papers.Verbs.WatermarkArguments;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>watermark keygen</c>.</summary>
internal static class KeygenCommand
{
    public static Command Build(VerbContext context)
    {
        Option<string> graph = RequiredFile("--graph", "The graph to be marked: an edge list, or - for the standard input");
        Option<string> output = Output("The key file to write; it holds the secret and is readable by you alone");
        Option<FfgMode?> mode = new("--mode") { Description = "The scheme [default: keyed]", HelpName = "keyed|paperThreshold" };
        Option<int> length = Length();
        Option<int?> budget = Budget<int>();
        Option<double?> rate = new("--rate") { Description = "Share of all node pairs to flip, instead of --budget", HelpName = "share" };
        Option<CandidateRule?> candidates = new("--candidates")
        {
            Description = "Which pairs may be flipped [default: sampled]",
            HelpName = "sampled|dense",
        };
        Option<int?> samples = Samples<int>("20 E, at least 200000");
        Option<FlipSelection?> selection = new("--selection")
        {
            Description = "Which kinds of flips [default: free]",
            HelpName = "free|balanced|additionsOnly|removalsOnly",
        };
        Option<Preserve?> preserve = new("--preserve")
        {
            Description = "What the flips leave as it is [default: nothing]",
            HelpName = "connectivity|degrees",
        };
        Option<int?> colluders = new("--colluders")
        {
            Description = "Make a key for fingerprints, against so many users who mix their copies",
            HelpName = "c",
        };
        Option<string?> secret = OptionalFile("--secret-file", "Take the secret from this file: 32 bytes or 64 hexadecimal digits");
        Option<bool> force = Force();
        Option<bool> json = Json();
        Command command = new("keygen", "Make a key for a graph")
        {
            graph,
            output,
            mode,
            length,
            budget,
            rate,
            candidates,
            samples,
            selection,
            preserve,
            colluders,
            secret,
            force,
            json,
        };
        return Handle(
            context,
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                FfgOptions options = new()
                {
                    Mode = a.GetValue(mode) ?? FfgMode.Keyed,
                    Length = a.GetValue(length),
                    Budget = a.GetValue(budget),
                    FlipRate = a.GetValue(rate),
                    Candidates = a.GetValue(candidates),
                    SampledNonEdges = a.GetValue(samples),
                    Selection = a.GetValue(selection) ?? FlipSelection.Free,
                    Preserve = a.GetValue(preserve) ?? Preserve.Nothing,
                    Colluders = a.GetValue(colluders),
                };
                KeygenReport report = await new WatermarkCommands(context.OpenInput).KeygenAsync(
                    a.GetRequiredValue(graph),
                    a.GetRequiredValue(output),
                    options,
                    a.GetValue(secret),
                    a.GetValue(force),
                    cancellationToken
                );
                Show(
                    call,
                    json,
                    report,
                    $"{report.Scheme} key for {report.Nodes} nodes and {report.Edges} edges, m = {report.Length}: {report.Key}",
                    "Keep it secret: whoever has it can find the mark and remove it.",
                    $"To prove later that you had it today, publish its commitment: {report.Commitment}"
                );
                return ExitCode.Done;
            }
        );
    }
}
