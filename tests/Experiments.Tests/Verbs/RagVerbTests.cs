using System.Net.Http.Json;
using System.Text.Json;
using ResearchKit.Data;
using ResearchKit.Numerics;
using ResearchKit.Papers.Verbs;
using ResearchKit.Rag;

namespace ResearchKit.Experiments.Tests.Verbs;

/// <summary>What the verb does with the files of its user.</summary>
public class RagVerbTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private string _folder = "";

    [SetUp]
    public async Task MakeCorpus()
    {
        _folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "rag-verb", TestContext.CurrentContext.Test.ID);
        Directory.CreateDirectory(_folder);
        TopicPassages corpus = new(RandomStream.Named("rag-verb"), new TopicPassagesOptions { Passages = 200, Topics = 4 });
        QuestionStream asked = new(corpus, RandomStream.Named("rag-verb", "questions"), new QuestionStreamOptions { Questions = 60 });
        await Lines(
            "corpus.jsonl",
            corpus.Passages.Select(p =>
                (object)
                    new
                    {
                        _id = p.Id,
                        title = "",
                        text = p.Text,
                    }
            )
        );
        await Lines("even.jsonl", corpus.Passages.Where(p => p.Topic % 2 == 0).Select(p => (object)new { _id = p.Id, text = p.Text }));
        await Lines("odd.jsonl", corpus.Passages.Where(p => p.Topic % 2 == 1).Select(p => (object)new { _id = p.Id, text = p.Text }));
        await Lines("queries.jsonl", asked.Questions.Select(q => (object)new { _id = q.Id, text = q.Text }));
        await Lines("log.jsonl", asked.Repeat(600, 1, RandomStream.Named("rag-verb", "log")).Select(q => (object)new { text = q.Text }));
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task An_index_is_built_searched_and_benchmarked()
    {
        RagIndexReport built = await Index("corpus.jsonl", "index", IndexKind.Hnsw);
        Assert.That(built.Documents, Is.EqualTo(200));
        RagSearchReport found = await RagCommands.SearchAsync(File("index"), await FirstQuery(), 3, default);
        Assert.That(found.Documents, Has.Count.EqualTo(3));
        RagBenchReport bench = await RagCommands.BenchAsync(File("index"), File("log.jsonl"), 0.01f, 300, 0, 5, default);
        Assert.That(bench.Queries, Is.EqualTo(600));
        Assert.That(bench.HitRate, Is.GreaterThan(0.2));
        Assert.That(bench.Overlap, Is.EqualTo(1).Within(0.02));
    }

    [Test]
    public async Task A_tolerance_is_recommended_with_its_intervals()
    {
        await Index("corpus.jsonl", "index", IndexKind.Flat);
        RagTuneReport tuned = await RagCommands.TuneAsync(File("index"), File("log.jsonl"), 0.05, 300, 5, 0.8, default);
        Assert.That(tuned.FalseHits, Is.LessThanOrEqualTo(0.05));
        Assert.That(tuned.HitRate, Is.InRange(tuned.HitRateLow, tuned.HitRateHigh));
        Assert.That(tuned.Hits, Is.GreaterThan(50));
    }

    [Test]
    public async Task A_router_is_trained_kept_and_asked()
    {
        await Index("even.jsonl", "even", IndexKind.Flat);
        await Index("odd.jsonl", "odd", IndexKind.Flat);
        (string, string)[] sources = [("even", File("even")), ("odd", File("odd"))];
        RagRouteTrainReport trained = await RagCommands.TrainAsync(sources, File("queries.jsonl"), File("router"), 3, 5, 1, default);
        Assert.That(trained.Queries, Is.EqualTo(60));
        RagRouteReport asked = await RagCommands.AskAsync(File("router"), sources, await FirstQuery(), default);
        Assert.That(asked.Sources.Select(s => s.Source), Is.EqualTo(new[] { "even", "odd" }));
        Assert.That(asked.Sources.Select(s => s.Probability), Is.All.InRange(0, 1));
    }

    [Test]
    public async Task The_service_answers_caches_and_says_what_is_wrong()
    {
        await Index("corpus.jsonl", "index", IndexKind.Flat);
        using RagIndexFolder index = await RagIndexFolder.OpenAsync(File("index"), default);
        using CancellationTokenSource stop = new();
        TaskCompletionSource<string> address = new();
        using Microsoft.Extensions.Logging.LoggerFactory loggers = new();
        Task serving = RagService.RunAsync(index, NewCache, null, "http://127.0.0.1:0", loggers, address.SetResult, stop.Token);
        using HttpClient client = new() { BaseAddress = new Uri(await address.Task.WaitAsync(Patience)), Timeout = Patience };
        string query = await FirstQuery();
        JsonElement first = await Post(client, new { query, k = 3 });
        JsonElement again = await Post(client, new { query, k = 3 });
        Assert.That(first.GetProperty("cache").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(again.GetProperty("cache").GetProperty("distance").GetDouble(), Is.Zero);
        Assert.That(again.GetProperty("documents").GetRawText(), Is.EqualTo(first.GetProperty("documents").GetRawText()));
        foreach (object wrong in new object[] { new { k = 3 }, new { query, k = 0 }, new { query = "!?" }, new { vector = new[] { 1.0 } } })
        {
            using HttpResponseMessage refused = await client.PostAsJsonAsync("/search", wrong);
            Assert.That((int)refused.StatusCode, Is.EqualTo(400));
            Assert.That(refused.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
        }
        Assert.That((await client.GetFromJsonAsync<JsonElement>("/health")).GetProperty("status").GetString(), Is.EqualTo("ok"));
        Assert.That((await client.GetFromJsonAsync<JsonElement>("/statistics")).GetProperty("hits").GetInt64(), Is.EqualTo(1));
        foreach (
            (string scope, JsonValueKind kind) in new[]
            {
                ("a", JsonValueKind.Null),
                ("b", JsonValueKind.Null),
                ("a", JsonValueKind.Object),
            }
        )
        {
            JsonElement scoped = await Post(
                client,
                new
                {
                    query,
                    k = 3,
                    scope,
                }
            );
            Assert.That(scoped.GetProperty("cache").ValueKind, Is.EqualTo(kind), "a scope has a cache of its own");
        }
        JsonElement statistics = await client.GetFromJsonAsync<JsonElement>("/statistics");
        Assert.That(statistics.GetProperty("scopes").GetInt32(), Is.EqualTo(2));
        Assert.That(statistics.GetProperty("hits").GetInt64(), Is.EqualTo(2));
        await stop.CancelAsync();
        await serving.WaitAsync(Patience);
    }

    [Test]
    public async Task The_service_says_what_it_promises_and_refuses_scopes_then()
    {
        await Index("corpus.jsonl", "index", IndexKind.Flat);
        using RagIndexFolder index = await RagIndexFolder.OpenAsync(File("index"), default);
        using CancellationTokenSource stop = new();
        TaskCompletionSource<string> address = new();
        AuditedTolerance promise = new(new() { MaxTolerance = 0.1f });
        using Microsoft.Extensions.Logging.LoggerFactory loggers = new();
        Task serving = RagService.RunAsync(index, NewCache, promise, "http://127.0.0.1:0", loggers, address.SetResult, stop.Token);
        using HttpClient client = new() { BaseAddress = new Uri(await address.Task.WaitAsync(Patience)), Timeout = Patience };
        string query = await FirstQuery();
        await Post(client, new { query, k = 3 });
        using HttpResponseMessage refused = await client.PostAsJsonAsync("/search", new { query, scope = "a" });
        Assert.That((int)refused.StatusCode, Is.EqualTo(400));
        JsonElement told = (await client.GetFromJsonAsync<JsonElement>("/statistics")).GetProperty("promise");
        Assert.That(told.GetProperty("target").GetDouble(), Is.EqualTo(0.9));
        Assert.That(told.GetProperty("ranges").GetArrayLength(), Is.EqualTo(8));
        await stop.CancelAsync();
        await serving.WaitAsync(Patience);
    }

    private static ConcurrentProximityCache<CachedAnswer> NewCache() =>
        new(new ProximityCacheOptions { Dimension = 768, Tolerance = 0.1f });

    [Test]
    public async Task Wrong_calls_are_refused()
    {
        Assert.That(
            async () => await RagIndexFolder.OpenAsync(File("nowhere"), default),
            Throws.ArgumentException.With.Message.Contains("rag index")
        );
        await System.IO.File.WriteAllTextAsync(File("empty.jsonl"), "");
        Assert.That(async () => await Index("empty.jsonl", "index", IndexKind.Flat), Throws.ArgumentException);
        await Index("corpus.jsonl", "index", IndexKind.Flat);
        Assert.That(
            async () => await RagCommands.TuneAsync(File("index"), File("queries.jsonl"), 0.01, 300, 5, 0.8, default),
            Throws.InstanceOf<ResearchKitException>().With.Property("Code").EqualTo(RagErrors.ToleranceUnsupported)
        );
        byte[] bytes = await System.IO.File.ReadAllBytesAsync(Path.Combine(File("index"), "index.rkix"));
        await System.IO.File.WriteAllBytesAsync(Path.Combine(File("index"), "index.rkix"), bytes[..^5]);
        Assert.That(async () => await RagIndexFolder.OpenAsync(File("index"), default), Throws.InstanceOf<MalformedFileException>());
    }

    private static async Task<JsonElement> Post(HttpClient client, object request)
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync("/search", request);
        Assert.That(response.IsSuccessStatusCode, Is.True, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private Task<RagIndexReport> Index(string corpus, string folder, IndexKind kind) =>
        RagIndexFolder.BuildAsync(File(corpus), File(folder), kind, VectorMetric.Euclidean, 768, DuplicateIds.Error, null, default);

    private async Task<string> FirstQuery() =>
        JsonDocument.Parse((await System.IO.File.ReadAllLinesAsync(File("queries.jsonl")))[0]).RootElement.GetProperty("text").GetString()!;

    private string File(string name) => Path.Combine(_folder, name);

    private Task Lines(string name, IEnumerable<object> lines) =>
        System.IO.File.WriteAllLinesAsync(File(name), lines.Select(l => JsonSerializer.Serialize(l)));
}
