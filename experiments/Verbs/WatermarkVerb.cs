using System.CommandLine;
using System.Globalization;
using ResearchKit.Cli;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>watermark</c>: mark a graph of one's own with FFG, and find the mark again.</summary>
/// <param name="standardInput">Opens the standard input, which a graph named <c>-</c> is read from.</param>
public sealed class WatermarkVerb(Func<Stream> standardInput) : IVerb
{
    private readonly WatermarkCommands commands = new(standardInput);

    /// <inheritdoc/>
    public Command Build(VerbContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Command("watermark", "Mark a graph in the Fourier domain (FFG), and find the mark again")
        {
            Keygen(context),
            Plan(context),
            Embed(context),
            Detect(context),
        };
    }

    private Command Keygen(VerbContext context)
    {
        Option<string> graph = RequiredFile("--graph", "The graph to be marked: an edge list, or - for the standard input");
        Option<string> output = RequiredFile("--out", "The key file to write; it holds the secret and is readable by you alone");
        Option<FfgMode?> mode = new("--mode") { Description = "The scheme [default: keyed]", HelpName = "keyed|paperThreshold" };
        Option<int?> length = new("--length") { Description = "Number of carriers [default: 512]", HelpName = "m" };
        Option<int?> budget = new("--budget") { Description = "Node pairs to flip [default: 1 % of the edges]", HelpName = "pairs" };
        Option<double?> rate = new("--rate") { Description = "Share of all node pairs to flip, instead of --budget", HelpName = "share" };
        Option<CandidateRule?> candidates = new("--candidates")
        {
            Description = "Which pairs may be flipped [default: sampled]",
            HelpName = "sampled|dense",
        };
        Option<int?> samples = new("--samples")
        {
            Description = "Random non-edges among the candidates [default: 20 E, at least 200000]",
            HelpName = "pairs",
        };
        Option<FlipSelection?> selection = new("--selection")
        {
            Description = "Which kinds of flips [default: free]",
            HelpName = "free|balanced|additionsOnly|removalsOnly",
        };
        Option<string?> secret = new("--secret-file")
        {
            Description = "Take the secret from this file: 32 bytes or 64 hexadecimal digits",
            HelpName = "file",
        };
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
                    Length = a.GetValue(length) ?? 512,
                    Budget = a.GetValue(budget),
                    FlipRate = a.GetValue(rate),
                    Candidates = a.GetValue(candidates),
                    SampledNonEdges = a.GetValue(samples),
                    Selection = a.GetValue(selection) ?? FlipSelection.Free,
                };
                KeygenReport report = await commands.KeygenAsync(
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
                    "Keep it secret: whoever has it can find the mark and remove it."
                );
                return ExitCode.Done;
            }
        );
    }

    private Command Plan(VerbContext context)
    {
        Option<string?> graph = new("--graph") { Description = "The graph: an edge list, or - for the standard input", HelpName = "file" };
        Option<int?> nodes = new("--nodes") { Description = "Number of nodes, instead of --graph", HelpName = "N" };
        Option<long?> edges = new("--edges") { Description = "Number of edges, instead of --graph", HelpName = "E" };
        Option<int> length = new("--length")
        {
            Description = "Number of carriers",
            HelpName = "m",
            DefaultValueFactory = _ => 512,
        };
        Option<long?> budget = new("--budget") { Description = "Node pairs to flip [default: 1 % of the edges]", HelpName = "pairs" };
        Option<double?> wanted = new("--similarity")
        {
            Description = "Find the smallest budget that reaches this similarity, instead of --budget",
            HelpName = "T",
        };
        Option<long?> samples = new("--samples")
        {
            Description = "Random non-edges among the candidates [default: all pairs]",
            HelpName = "pairs",
        };
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
                PlanReport report = await commands.PlanAsync(
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

    private Command Embed(VerbContext context)
    {
        Argument<string> graph = GraphArgument("graph", "The graph to mark");
        Option<string> key = RequiredFile("--key", "The key file");
        Option<string> output = RequiredFile("--out", "The marked graph: an edge list to write");
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
                EmbedReport report = await commands.EmbedAsync(
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

    private Command Detect(VerbContext context)
    {
        Argument<string> suspect = GraphArgument("suspect", "The graph that may carry the mark");
        Option<string> key = RequiredFile("--key", "The key file");
        Option<string?> original = new("--original") { Description = "The unmarked original", HelpName = "file" };
        Option<bool> blind = new("--blind") { Description = "Detect without the original" };
        Option<Presence?> expected = new("--expect")
        {
            Description = "Exit with 1 unless this is the verdict",
            HelpName = "present|absent",
        };
        Option<int> keys = new("--candidates-keys")
        {
            Description = "How many keys are tried on this graph: the p-value is multiplied by it",
            HelpName = "K",
            DefaultValueFactory = _ => 1,
        };
        Option<double> threshold = Threshold();
        Option<bool> json = Json();
        Command command = new("detect", "Look for a mark") { suspect, key, original, blind, expected, keys, threshold, json };
        return Handle(
            context,
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                DetectReport report = await commands.DetectAsync(
                    a.GetRequiredValue(suspect),
                    a.GetRequiredValue(key),
                    a.GetValue(original),
                    a.GetValue(threshold),
                    a.GetValue(keys),
                    cancellationToken
                );
                Show(
                    call,
                    json,
                    report,
                    $"{(report.Verdict == Presence.Present ? "present" : "absent")}: similarity {Text(report.Similarity)}, threshold {Text(report.Threshold)}",
                    string.Create(CultureInfo.InvariantCulture, $"p = {report.PValueAmongKeys:0.##e+0} for {report.CandidateKeys} key(s); ")
                        + $"{report.Differences} {(report.Blind ? "edges" : "differing pairs")}, {report.Ids.Common} nodes in common"
                );
                return a.GetValue(expected) is { } verdict && verdict != report.Verdict ? ExitCode.Failed : ExitCode.Done;
            },
            parsed => parsed.GetResult(original) is not null == parsed.GetValue(blind) ? ["Give either --original FILE or --blind."] : []
        );
    }

    // Inputs that do not fit together are the user's to correct, not the machine's: exit code 2.
    private static Command Handle(
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

    private static void Show<T>(Call call, Option<bool> json, T report, params ReadOnlySpan<string> lines)
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

    private static IEnumerable<string> Exclusive(ParseResult parsed, Option first, Option second) =>
        parsed.GetResult(first) is not null && parsed.GetResult(second) is not null
            ? [$"Give {first.Name} or {second.Name}, not both."]
            : [];

    private static Option<string> RequiredFile(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "file",
            Required = true,
        };

    private static Argument<string> GraphArgument(string name, string description) =>
        new(name) { Description = $"{description}: an edge list, or - for the standard input", HelpName = "file" };

    private static Option<double> Threshold() =>
        new("--threshold")
        {
            Description = "The similarity above which a mark counts as present",
            HelpName = "T",
            DefaultValueFactory = _ => 6.0,
        };

    private static Option<bool> Force() => new("--force") { Description = "Replace a file that is there" };

    private static Option<bool> Json() => new("--json") { Description = "Answer with one JSON document" };

    private static string Text(double value) =>
        Math.Abs(value) >= 1000 ? value.ToString("0", CultureInfo.InvariantCulture) : value.ToString("0.##", CultureInfo.InvariantCulture);
}
