using ResearchKit.Cli;
using ResearchKit.Cli.Tests;
using ResearchKit.Goldens;

namespace ResearchKit.Experiments.Tests.Verbs;

/// <summary>A data set that lies elsewhere is imported, verified, damaged, and found again.</summary>
public sealed class DataVerbTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("researchkit-data-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_data_set_is_imported_verified_and_found()
    {
        string source = GoldenFiles.Data("graphs", "karate");
        CommandResult absent = await Run("data", "path", "karate");
        Assert.That(absent.ExitCode, Is.EqualTo(ExitCode.Environment));
        Assert.That(absent.Error, Does.Contain("RK2001").And.Contain("data fetch karate"));

        CommandResult fetched = await Run("data", "fetch", "karate", "--from", source);
        Assert.That(fetched.ExitCode, Is.EqualTo(ExitCode.Done), fetched.Error);
        CommandResult path = await Run("data", "path", "karate");
        string here = Path.Combine(path.Out.Trim(), "karate.adjlist");
        Assert.That(await File.ReadAllBytesAsync(here), Is.EqualTo(await File.ReadAllBytesAsync(Path.Combine(source, "karate.adjlist"))));
        Assert.That((await Run("data", "verify", "karate")).ExitCode, Is.EqualTo(ExitCode.Done));

        await File.AppendAllTextAsync(here, "35 36\n");
        CommandResult damaged = await Run("data", "verify", "karate");
        Assert.That(damaged.ExitCode, Is.EqualTo(ExitCode.Environment), damaged.Out);
        Assert.That(damaged.Out + damaged.Error, Does.Contain("f4ff0d1d42fa2e47"), "the sum that was expected");
    }

    private async Task<CommandResult> Run(params string[] arguments)
    {
        Dictionary<string, string?> environment = new() { ["RESEARCHKIT_DATA"] = folder };
        using ChildProcess tool = ChildProcess.Start("researchkit.dll", environment, arguments);
        return await tool.EndAsync();
    }
}
