using System.Text.RegularExpressions;

namespace ResearchKit.Cli.Tests;

/// <summary>docs/writing-an-experiment.md: its code is that of the project Tutorial, and that project runs.</summary>
public sealed partial class TutorialTests
{
    [TestCase("MaximumLoad.cs")]
    [TestCase("Program.cs")]
    public async Task The_code_in_the_page_is_the_code_that_runs(string file)
    {
        string page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "writing-an-experiment.md"));
        string code = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Tutorial", file));
        string[] blocks = [.. Blocks().Matches(page).Select(m => m.Groups["code"].Value)];
        Assert.That(blocks, Has.Some.EqualTo(code), $"no code block of the page equals Tutorial/{file}");
    }

    [Test]
    public async Task A_project_of_ones_own_has_every_verb()
    {
        using RunsFolder runs = new();
        CommandResult list = await RunAsync("list");
        Assert.That(list.Out, Does.Contain("balls/maximum-load"), list.Error);
        CommandResult run = await RunAsync("run", "balls", "--out", runs.Path);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Out + run.Error);
        Assert.That(run.Out, Does.Contain("Confirmed"));
        CommandResult reproduce = await RunAsync("reproduce", "--out", runs.Path);
        Assert.That(reproduce.ExitCode, Is.EqualTo(ExitCode.Done), reproduce.Error);
        Assert.That(File.Exists(reproduce.Out.TrimEnd().Split('\n')[^1]));
    }

    private static async Task<CommandResult> RunAsync(params string[] args)
    {
        using ChildProcess child = ChildProcess.Start("ResearchKit.Tutorial.dll", new Dictionary<string, string?>(), args);
        return await child.EndAsync();
    }

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
