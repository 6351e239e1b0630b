using System.Text.Json;
using ResearchKit.Cli.Tests;
using ResearchKit.Experiments.Tests.Verbs;
using ResearchKit.Papers.Verbs;

namespace ResearchKit.Experiments.Tests.Plexus;

/// <summary><c>federated run</c> and <c>node</c>: real processes on the loopback interface.</summary>
[NonParallelizable]
public class NetworkVerbTests
{
    [TestCase(2, 3, 4, "1@1-3", TestName = "A process is killed and comes back, a few rounds")]
    [TestCase(4, 5, 20, "3@5-12", TestName = "A process is killed and comes back, 20 rounds", Category = "Long")]
    public async Task A_network_of_processes(int processes, int nodes, int rounds, string kill)
    {
        string folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "network-verb", TestContext.CurrentContext.Test.ID);
        using ChildProcess tool = ChildProcess.Start(
            "researchkit.dll",
            new Dictionary<string, string?>(),
            "federated",
            "run",
            "--processes",
            $"{processes}",
            "--nodes",
            $"{nodes}",
            "--sample",
            "3",
            "--rounds",
            $"{rounds}",
            "--kill",
            kill,
            "--limit-s",
            "100",
            "--out",
            folder,
            "--json"
        );
        CommandResult result = await tool.EndAsync();
        Assert.That(result.ExitCode, Is.Zero, result.Error + result.Out);
        JsonElement report = JsonDocument.Parse(result.Out).RootElement;
        Assert.That(report.GetProperty("rounds").GetInt32(), Is.GreaterThanOrEqualTo(rounds));
        Assert.That(report.GetProperty("notFinite").GetInt32(), Is.Zero);
        Assert.That(report.GetProperty("accuracy").GetDouble(), Is.GreaterThan(0.1));
        Directory.Delete(folder, recursive: true);
    }

    [TestCase("at least 1", "run", "--processes", "0")]
    [TestCase("below 1", "run", "--drop", "1")]
    [TestCase("3@5-12", "run", "--kill", "9@5-12")]
    [TestCase("3@5-12", "run", "--kill", "1@5-5")]
    [TestCase("--plan FILE", "node", "--process", "1")]
    [TestCase("--process N", "node", "--plan", "x.json")]
    public async Task Wrong_usage_is_named(string expected, params string[] arguments)
    {
        VerbResult result = await VerbRun.OfAsync(new FederatedVerb(), ["federated", .. arguments]);
        Assert.That(result.Code, Is.EqualTo(2), result.Error);
        Assert.That(result.Error, Does.Contain(expected));
    }

    [Test]
    public async Task A_damaged_plan_is_named()
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "damaged-plan.json");
        await File.WriteAllTextAsync(path, "{ \"Seed\": ");
        VerbResult result = await VerbRun.OfAsync(new FederatedVerb(), ["federated", "node", "--plan", path, "--process", "0"]);
        Assert.That(result.Code, Is.Not.Zero);
        Assert.That(result.Error, Does.Contain("damaged-plan.json"));
        File.Delete(path);
    }
}
