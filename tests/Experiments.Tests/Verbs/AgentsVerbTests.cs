using System.Text.Json;
using ResearchKit.Papers.Verbs;

namespace ResearchKit.Experiments.Tests.Verbs;

public class AgentsVerbTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_served_agent_is_described_and_called()
    {
        using CancellationTokenSource stop = new();
        TaskCompletionSource<string> address = new(TaskCreationOptions.RunContinuationsAsynchronously);
        AgentServing serving = new("echo", "Answers", "http://127.0.0.1:0", null, null, null, null, null, Agents.StateMode.None, null);
        Task service = AgentService.RunAsync(
            serving,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
            a => address.TrySetResult(a),
            stop.Token
        );
        string url = await address.Task.WaitAsync(Patience);
        VerbResult described = await VerbRun.OfAsync(new AgentsVerb(), ["agents", "describe", url, "--json"]).WaitAsync(Patience);
        Assert.That(described.Code, Is.Zero, described.Error);
        VerbResult called = await VerbRun.OfAsync(new AgentsVerb(), ["agents", "call", url, "hallo <b>"]).WaitAsync(Patience);
        Assert.That(called.Code, Is.Zero, called.Error);
        Assert.That(called.Out.Trim(), Is.EqualTo("hallo &lt;b&gt;"));
        VerbResult json = await VerbRun
            .OfAsync(new AgentsVerb(), ["agents", "call", url, "-", "--stream", "--json"], "von dort"u8.ToArray())
            .WaitAsync(Patience);
        Assert.That(JsonDocument.Parse(json.Out).RootElement.GetProperty("text").GetString(), Is.EqualTo("von dort"), json.Error);
        string found = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Agents.AgentIds.New()}.ndjson");
        VerbResult crawled = await VerbRun
            .OfAsync(new AgentsVerb(), ["agents", "crawl", url, "--out", found, "--delay", "0.01", "--json"])
            .WaitAsync(Patience);
        Assert.That(crawled.Code, Is.Zero, crawled.Error);
        VerbResult searched = await VerbRun.OfAsync(new AgentsVerb(), ["agents", "search", "answers", "--from", found]).WaitAsync(Patience);
        Assert.That(searched.Out, Does.Contain("echo").And.Contain(url), searched.Error);
        File.Delete(found);
        VerbResult verified = await VerbRun.OfAsync(new AgentsVerb(), ["agents", "verify", url]).WaitAsync(Patience);
        Assert.That(verified.Code, Is.Zero, verified.Error);
        await stop.CancelAsync();
        await service.WaitAsync(Patience);
    }

    [TestCase("agents", "call", "http://10.0.0.1/", "x")]
    [TestCase("agents", "call", "http://127.0.0.1:1/")]
    [TestCase("agents", "serve", "--url", "http://0.0.0.0:80")]
    [TestCase("agents", "crawl", "nowhere", "--out", "x")]
    [TestCase("agents", "search", "x", "--from", "y", "--k", "0")]
    [TestCase("agents", "serve", "--endpoint", "http://127.0.0.1:1/v1")]
    public async Task Wrong_usage_is_told(params string[] arguments) =>
        Assert.That((await VerbRun.OfAsync(new AgentsVerb(), arguments).WaitAsync(Patience)).Code, Is.EqualTo(2));

    [Test]
    public async Task An_agent_that_is_not_there_is_a_problem_of_the_environment() =>
        Assert.That(
            (await VerbRun.OfAsync(new AgentsVerb(), ["agents", "describe", "http://127.0.0.1:1/"]).WaitAsync(Patience)).Code,
            Is.EqualTo(3)
        );
}
