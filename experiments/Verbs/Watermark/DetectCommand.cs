using System.CommandLine;
using System.Globalization;
using ResearchKit.Cli;
using static ResearchKit.Papers.Verbs.WatermarkArguments;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>watermark detect</c>.</summary>
internal static class DetectCommand
{
    public static Command Build(VerbContext context)
    {
        Argument<string> suspect = WatermarkArguments.Graph("suspect", "The graph that may carry the mark");
        Option<string> key = Key();
        Option<string?> original = OptionalFile("--original", "The unmarked original");
        Option<bool> blind = new("--blind") { Description = "Detect without the original" };
        Option<bool> register = Register();
        Option<string?> commitment = new("--commitment")
        {
            Description = "Refuse a key that is not the one committed to",
            HelpName = "hex",
        };
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
        Command command = new("detect", "Look for a mark")
        {
            suspect,
            key,
            original,
            blind,
            register,
            commitment,
            expected,
            keys,
            threshold,
            json,
        };
        return Handle(
            context,
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                DetectReport report = await new WatermarkCommands(context.OpenInput).DetectAsync(
                    a.GetRequiredValue(suspect),
                    a.GetRequiredValue(key),
                    a.GetValue(original),
                    a.GetValue(threshold),
                    a.GetValue(keys),
                    a.GetValue(register),
                    a.GetValue(commitment),
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
            parsed =>
                [
                    .. parsed.GetResult(original) is not null == parsed.GetValue(blind)
                        ? ["Give either --original FILE or --blind."]
                        : Array.Empty<string>(),
                    .. parsed.GetValue(blind) && parsed.GetValue(register)
                        ? ["--register compares with the original: give it."]
                        : Array.Empty<string>(),
                ]
        );
    }
}
