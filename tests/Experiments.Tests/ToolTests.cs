using System.Text.Json;
using ResearchKit.Cli;
using ResearchKit.Cli.Tests;

namespace ResearchKit.Experiments.Tests;

/// <summary>The executable <c>researchkit</c> as a process.</summary>
public sealed class ToolTests
{
    private static readonly Dictionary<string, string?> NoEnvironment = [];

    [TestCase("list")]
    [TestCase("claims")]
    [TestCase("--help")]
    [TestCase("data", "list")]
    public async Task Listing_loads_no_torch(params string[] args)
    {
        // The loader of Linux writes every library it maps to the error stream.
        Dictionary<string, string?> tracing = new() { ["LD_DEBUG"] = "files" };
        using ChildProcess tool = ChildProcess.Start("researchkit.dll", tracing, args);
        CommandResult result = await tool.EndAsync();
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done).Or.EqualTo(ExitCode.Usage), result.Error);
        Assert.That(result.Error, Does.Contain("libcoreclr.so"), "the loader wrote nothing: the test would not see torch either");
        Assert.That(result.Error, Does.Not.Contain("libtorch").And.Not.Contain("LibTorchSharp").And.Not.Contain("libc10"));
    }

    [Test]
    public async Task A_running_list_has_no_torch_in_its_memory_map()
    {
        using ChildProcess tool = ChildProcess.Start("researchkit.dll", NoEnvironment, "list");
        List<string> maps = [];
        while (!tool.HasExited)
        {
            try
            {
                maps.AddRange(await File.ReadAllLinesAsync($"/proc/{tool.Id}/maps"));
            }
            catch (IOException)
            {
                // It ended between the question and the reading.
            }
        }

        Assert.That(maps, Has.Some.Contains("researchkit.dll").Or.Some.Contains("libcoreclr.so"));
        Assert.That(maps, Has.None.Contains("torch"));
    }

    [Test]
    public async Task The_doctor_finds_torch_and_says_what_it_looked_at()
    {
        using ChildProcess tool = ChildProcess.Start("researchkit.dll", NoEnvironment, "doctor", "--json");
        CommandResult result = await tool.EndAsync();
        using JsonDocument document = JsonDocument.Parse(result.Out);
        Dictionary<string, string[]> statusByTopic = document
            .RootElement.EnumerateArray()
            .GroupBy(l => l.GetProperty("topic").GetString()!)
            .ToDictionary(g => g.Key, g => g.Select(l => l.GetProperty("status").GetString()!).ToArray());
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done), result.Out);
            Assert.That(statusByTopic["torch"], Has.Length.EqualTo(2).And.All.EqualTo("Ok"), result.Out);
            Assert.That(
                statusByTopic.Keys,
                Is.SupersetOf([
                    "runtime",
                    "locale",
                    "clock",
                    "CUDA",
                    "threads",
                    "memory",
                    "runs",
                    "data folder",
                    "data",
                    "SLURM",
                    "MPI",
                    "browser",
                    "fonts",
                ])
            );
        });
    }

    [Test]
    public async Task The_doctor_fails_for_a_device_that_is_not_here()
    {
        Assume.That(File.Exists("/dev/nvidiactl"), Is.False, "this machine has a CUDA device");
        using ChildProcess tool = ChildProcess.Start("researchkit.dll", NoEnvironment, "doctor", "--device", "cuda");
        CommandResult result = await tool.EndAsync();
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Environment));
        Assert.That(result.Out, Does.Contain("error   device: RK1004"));
    }

    [Test]
    public async Task The_version_is_that_of_the_build()
    {
        using ChildProcess tool = ChildProcess.Start("researchkit.dll", NoEnvironment, "--version");
        CommandResult result = await tool.EndAsync();
        Assert.That(result.Out.Trim(), Does.Match(@"^\d+\.\d+\.\d+"));
    }
}
