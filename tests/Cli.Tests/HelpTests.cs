namespace ResearchKit.Cli.Tests;

/// <summary>
/// The help texts, word for word: a change is seen in review. After a wanted change run the tests with RESEARCHKIT_WRITE_HELP set to tests/Cli.Tests/Help.
/// </summary>
public sealed class HelpTests
{
    private static readonly string[] Verbs =
    [
        "",
        "list",
        "describe",
        "run",
        "reproduce",
        "status",
        "rows",
        "report",
        "compare",
        "claims",
        "data",
        "data fetch",
        "data info",
        "data list",
        "data path",
        "data verify",
        "data where",
        "doctor",
    ];

    [TestCaseSource(nameof(Verbs))]
    public async Task Help_is_as_written(string verb)
    {
        CommandResult result = await CommandLine.RunAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done));
        string file = $"{(verb.Length == 0 ? "root" : verb.Replace(' ', '-'))}.txt";
        string text = string.Join('\n', result.Out.Split('\n').Select(l => l.TrimEnd())).TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("RESEARCHKIT_WRITE_HELP") is { Length: > 0 } folder)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, file), text);
        }

        Assert.That(text, Is.EqualTo(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Help", file))));
    }
}
