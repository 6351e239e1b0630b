namespace ResearchKit.Package.Tests;

/// <summary>One file, no project, no fork: an experiment of one's own with every verb.</summary>
internal sealed class ScriptTests
{
    [Test]
    public async Task ASingleFileInAnEmptyFolderRunsReportsAndResumes()
    {
        (string folder, Shell shell) = LocalFeed.Folder("script");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Scripts", "balls.cs"), Path.Combine(folder, "balls.cs"));
        Task<string> Script(params string[] arguments) => shell.SucceedAsync("dotnet", ["run", "balls.cs", "--", .. arguments]);

        Assert.That(await Script("list"), Does.Contain("balls/maximum-load"));
        Assert.That(await Script("run", "balls/maximum-load", "--seeds", "1..3"), Does.Contain("Confirmed"));
        string run = Directory.GetDirectories(Path.Combine(folder, "runs", "balls", "maximum-load")).Single();
        string rows = await File.ReadAllTextAsync(Path.Combine(run, "rows.csv"));
        Assert.That(rows.TrimEnd().Split('\n'), Has.Length.EqualTo(1 + 9));
        Assert.That(File.Exists(Path.Combine(run, "report.html")));
        Assert.That(File.Exists(Path.Combine(run, "figures", "maximum-load.svg")));

        // As after a crash in the last cell: its rows are gone.
        string journal = Directory.GetFiles(Path.Combine(run, "journal"), "*.csv").Single();
        string[] lines = await File.ReadAllLinesAsync(journal);
        await File.WriteAllTextAsync(journal, string.Concat(lines[..^1].Select(l => l + "\n")) + lines[^1][..3]);
        File.Delete(Path.Combine(run, "rows.csv"));
        await Script("run", "balls/maximum-load", "--resume", Path.GetFileName(run));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(run, "rows.csv")), Is.EqualTo(rows));

        Assert.That(await Script("rows", Path.GetFileName(run), "--format", "csv"), Does.Contain("FullestBin"));
        Assert.That(await Script("report", "balls/maximum-load"), Does.Contain("report.html"));
    }

    [Test]
    public async Task ASchemeOfOnesOwnAppearsInAFigureOfThePaper()
    {
        (string folder, Shell shell) = LocalFeed.Folder("own-scheme");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Scripts", "own-scheme.cs"), Path.Combine(folder, "own-scheme.cs"));
        // No libtorch: the other schemes of the comparison say so, or do without; this one and the earlier ones do not need it.
        string[] run =
        [
            "run",
            "own-scheme.cs",
            "--",
            "run",
            "ffg/comparison",
            "--seeds",
            "1..3",
            "--only",
            "Graph=ba",
            "--only",
            "System=Stamp",
        ];
        CommandResult result = await shell.RunAsync("dotnet", run);
        Assert.That(result.ExitCode, Is.EqualTo(0).Or.EqualTo(1), result.Out + result.Error);
        string written = Directory.GetDirectories(Path.Combine(folder, "runs", "ffg", "comparison")).Single();
        string figure = Directory.GetFiles(Path.Combine(written, "figures"), "*.json").First();
        Assert.That(await File.ReadAllTextAsync(figure), Does.Contain("Stamp").And.Match(@"""notInPaper"":\s*true"));
        CommandResult claims = await shell.RunAsync("dotnet", "run", "own-scheme.cs", "--", "claims", "ffg/comparison", "--json");
        Assert.That(claims.Out, Does.Contain("at-least-as-good-ba").And.Not.Contain("Stamp"), claims.Error);
    }

    [Test]
    public async Task TheScriptOfThePageIsTheScriptThatRuns()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "use-without-a-fork.md"));
        foreach (string script in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Scripts")))
        {
            Assert.That(page, Does.Contain($"```csharp\n{await File.ReadAllTextAsync(script)}```"), Path.GetFileName(script));
        }
    }
}
