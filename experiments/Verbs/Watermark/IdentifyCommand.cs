using System.CommandLine;
using System.Globalization;
using ResearchKit.Cli;
using ResearchKit.Watermark;
using static ResearchKit.Papers.Verbs.WatermarkArguments;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>watermark identify</c>.</summary>
internal static class IdentifyCommand
{
    private const int Shown = 10;

    public static Command Build(VerbContext context)
    {
        Argument<string> suspect = WatermarkArguments.Graph("suspect", "The graph that leaked");
        Option<string> key = Key();
        Option<string> original = Original();
        Option<string[]> user = new("--user")
        {
            Description = "A user who may have leaked it; may be given several times",
            HelpName = "name",
        };
        Option<string?> users = OptionalFile("--users", "A file with a user a line");
        Option<double> falseAccusation = new("--false-accusation")
        {
            Description = "The probability that a given innocent user is named",
            HelpName = "eps",
            DefaultValueFactory = _ => 1e-6,
        };
        Option<bool> register = Register();
        Option<string?> expected = new("--expect") { Description = "Exit with 1 unless this user is named", HelpName = "name" };
        Option<bool> json = Json();
        Command command = new("identify", "Name the users whose copies a graph was made of")
        {
            suspect,
            key,
            original,
            user,
            users,
            falseAccusation,
            register,
            expected,
            json,
        };
        return Handle(
            context,
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                IdentifyReport report = await new FingerprintFiles(context.OpenInput).IdentifyAsync(
                    a.GetRequiredValue(suspect),
                    a.GetRequiredValue(key),
                    a.GetRequiredValue(original),
                    a.GetValue(user) ?? [],
                    a.GetValue(users),
                    a.GetValue(falseAccusation),
                    a.GetValue(register),
                    cancellationToken
                );
                if (a.GetValue(json))
                {
                    call.Results.Document(report);
                }
                else
                {
                    call.Results.Line(
                        $"{report.Users.Count(u => u.Accused)} of {report.Users.Count} users named; {report.Flipped} of {report.Positions} positions are flipped, named above {Text(report.Threshold)}"
                    );
                    ResultTable table = new ResultTable("user", "score", "p", "named").Right(1, 2);
                    foreach (UserScore u in report.Users.Where((u, i) => u.Accused || i < Shown))
                    {
                        table.Add(
                            u.User,
                            Text(u.Score),
                            u.PValue.ToString("0.#e+0", CultureInfo.InvariantCulture),
                            u.Accused ? "yes" : "no"
                        );
                    }
                    call.Results.Table(table);
                }
                bool asExpected = a.GetValue(expected) is not { } name || report.Users.Any(u => u.Accused && u.User == name);
                return asExpected ? ExitCode.Done : ExitCode.Failed;
            },
            parsed => parsed.GetResult(user) is null && parsed.GetResult(users) is null ? ["Give --user NAME or --users FILE."] : []
        );
    }
}
