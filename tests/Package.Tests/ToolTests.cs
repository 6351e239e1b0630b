using System.Text.RegularExpressions;

namespace ResearchKit.Package.Tests;

/// <summary>The command as a dotnet tool: it carries no libtorch, and says how to get it when a verb needs it.</summary>
internal sealed partial class ToolTests
{
    [Test]
    public async Task VerbsWithoutTorchWorkAtOnceAndOthersSayWhatBringsIt()
    {
        (string folder, Shell shell) = LocalFeed.Folder("tool");
        await shell.SucceedAsync("dotnet", "tool", "install", "ResearchKit.Tool", "--version", LocalFeed.Version, "--tool-path", "bin");
        string tool = Path.Combine(folder, "bin", "researchkit");
        Assert.That(await shell.SucceedAsync(tool, "list"), Does.Contain("ffg/robustness-flips"));
        Assert.That(await shell.SucceedAsync(tool, "data", "list"), Does.Contain("ego-facebook"));

        await File.WriteAllLinesAsync(
            Path.Combine(folder, "graph.txt"),
            Enumerable.Range(0, 500).SelectMany(node => new[] { 1, 7, 31 }.Select(step => $"{node} {(node + step) % 500}"))
        );
        await shell.SucceedAsync(tool, "watermark", "keygen", "--graph", "graph.txt", "--candidates", "dense", "--out", "my.key");

        CommandResult refused = await shell.RunAsync(tool, "run", "ffg/robustness-flips", "--seeds", "1");
        Assert.That(refused.ExitCode, Is.EqualTo(1), refused.Out);
        Assert.That(refused.Out, Does.Contain("RK1002"));
        string[] embed = ["watermark", "embed", "graph.txt", "--key", "my.key", "--out", "published.txt"];
        refused = await shell.RunAsync(tool, embed);
        Assert.That(refused.ExitCode, Is.EqualTo(3), refused.Error);
        Assert.That(refused.Error, Does.Contain("RK1002").And.Contain("GB"));
        Match command = BringsLibtorch().Match(refused.Error);
        Assert.That(command.Success, refused.Error);
        await shell.SucceedAsync(
            "dotnet",
            "package",
            "download",
            command.Groups["package"].Value,
            "--output",
            command.Groups["folder"].Value
        );
        await shell.SucceedAsync(tool, embed);
        Assert.That(File.Exists(Path.Combine(folder, "published.txt")));
    }

    [GeneratedRegex(@"dotnet\s+package\s+download\s+(?<package>libtorch-cpu-[\w-]+@[\d.]+)\s+--output\s+""(?<folder>[^""]+)""")]
    private static partial Regex BringsLibtorch();
}
