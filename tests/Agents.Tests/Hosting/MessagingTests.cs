using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ResearchKit.Agents.Hosting;
using ResearchKit.Agents.Security;

namespace ResearchKit.Agents.Tests.Hosting;

public class MessagingTests
{
    private static readonly string[] TenChunks = [.. Enumerable.Range(0, 10).Select(i => $"{i};")];

    [Test]
    public async Task A_message_is_answered_by_a_message()
    {
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Echo);
        using AgentClient client = AgentApp.Client();
        AgentReply reply = await client.SendAsync(app.Agent, "grüezi", AgentApp.Limit());
        Assert.That(reply.Text, Is.EqualTo("grüezi"));
        Assert.That(reply.Task, Is.Null);
    }

    [Test]
    public async Task Documents_are_served_in_the_form_asked_for_and_their_digests_hold()
    {
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Echo);
        using AgentClient client = AgentApp.Client();
        AgentDocument document = await client.DescribeAsync(app.Agent, AgentApp.Limit());
        Assert.That(document.Url, Is.EqualTo(app.Agent.ToString()));
        Assert.That((await client.InteractionAsync(document, AgentApp.Limit())).Text, Does.Contain("Says it again"));
        using HttpClient http = app.Http();
        http.DefaultRequestHeaders.Add("Accept", "text/html");
        string page = await http.GetStringAsync(app.Agent, AgentApp.Limit());
        Assert.That(page, Does.Contain("<link rel=\"agent\"").And.Contain("<h1>test</h1>"));
        using HttpResponseMessage index = await http.GetAsync(new Uri(app.Root, "/.well-known/agents.json"), AgentApp.Limit());
        string digest = (await index.Content.ReadFromJsonAsync<JsonElement>(AgentApp.Limit()))
            .GetProperty("agents")[0]
            .GetProperty("digest")
            .GetString()!;
        Assert.That(digest, Is.EqualTo(ContentDigest.Of(document.ToUtf8()).Hex));
        using HttpRequestMessage again = new(HttpMethod.Get, new Uri(app.Root, "/.well-known/agents.json"));
        again.Headers.TryAddWithoutValidation("If-None-Match", index.Headers.ETag!.ToString());
        using HttpResponseMessage unchanged = await http.SendAsync(again, AgentApp.Limit());
        Assert.That(unchanged.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
    }

    [Test]
    public async Task A_stream_has_every_event_once_in_order()
    {
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Chunks(10));
        using AgentClient client = AgentApp.Client();
        List<AgentEvent> events = await ReadAsync(client.StreamAsync(app.Agent, AgentMessage.FromUser("go"), null, AgentApp.Limit()));
        Assert.That(events.Select(e => e.Sequence), Is.EqualTo(Enumerable.Range(1, events.Count)));
        Assert.That(events[0], Is.TypeOf<TaskEvent>());
        Assert.That(events.OfType<ArtifactEvent>().Select(e => e.Artifact.Parts[0].Text), Is.EqualTo(TenChunks));
        Assert.That(((StatusEvent)events[^1]).Status.State, Is.EqualTo(TaskState.Completed));
    }

    [Test]
    public async Task From_any_cut_a_resumed_stream_gives_the_rest()
    {
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Chunks(10));
        using AgentClient client = AgentApp.Client();
        AgentReply reply = await client.SendAsync(app.Agent, "go", AgentApp.Limit());
        Assert.That(reply.Task!.Status.State, Is.EqualTo(TaskState.Completed));
        for (long cut = 0; cut < reply.Task.Sequence; cut++)
        {
            List<AgentEvent> rest = await ReadAsync(client.ResumeAsync(app.Agent, reply.Task.Id, cut, AgentApp.Limit()));
            Assert.That(
                rest.Select(e => e.Sequence),
                Is.EqualTo(Enumerable.Range((int)cut + 1, (int)(reply.Task.Sequence - cut))),
                $"cut at {cut}"
            );
        }
    }

    [Test]
    public async Task An_id_of_the_future_gets_one_marked_snapshot_and_a_wrong_one_is_refused()
    {
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Chunks(3));
        using AgentClient client = AgentApp.Client();
        AgentTask task = (await client.SendAsync(app.Agent, "go", AgentApp.Limit())).Task!;
        List<AgentEvent> events = await ReadAsync(client.ResumeAsync(app.Agent, task.Id, 1_000, AgentApp.Limit()));
        Assert.That(events.Single(), Is.TypeOf<TaskEvent>().With.Property(nameof(TaskEvent.Gap)).True);
        using HttpClient http = app.Http();
        using HttpRequestMessage wrong = new(HttpMethod.Get, $"{app.Agent}/tasks/{task.Id}/events");
        wrong.Headers.TryAddWithoutValidation("Last-Event-ID", "nonsense");
        using HttpResponseMessage refused = await http.SendAsync(wrong, AgentApp.Limit());
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_canceled_task_stays_canceled_and_a_finished_one_cannot_be()
    {
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Chunks(1_000, TimeSpan.FromMilliseconds(50)));
        using AgentClient client = AgentApp.Client();
        AgentTask task = (
            await client.SendAsync(app.Agent, AgentMessage.FromUser("go"), new SendOptions { RespondAsync = true }, AgentApp.Limit())
        ).Task!;
        Assert.That((await client.CancelAsync(app.Agent, task.Id, AgentApp.Limit())).Status.State, Is.EqualTo(TaskState.Canceled));
        Assert.That((await client.CancelAsync(app.Agent, task.Id, AgentApp.Limit())).Status.State, Is.EqualTo(TaskState.Canceled));
        await using AgentApp quick = await AgentApp.StartAsync(AgentApp.Chunks(1));
        AgentTask done = (await client.SendAsync(quick.Agent, "go", AgentApp.Limit())).Task!;
        AgentRefusedException? refused = await Assert.ThrowsAsync<AgentRefusedException>(() =>
            client.CancelAsync(quick.Agent, done.Id, AgentApp.Limit())
        );
        Assert.That(refused!.Status, Is.EqualTo(409));
    }

    [Test]
    public async Task One_key_runs_the_handler_once_and_another_body_is_refused()
    {
        int runs = 0;
        await using AgentApp app = await AgentApp.StartAsync(
            (request, cancellationToken) =>
            {
                Interlocked.Increment(ref runs);
                return AgentApp.Echo(request, cancellationToken);
            }
        );
        using AgentClient client = AgentApp.Client();
        AgentMessage message = AgentMessage.FromUser("once");
        SendOptions options = new() { IdempotencyKey = "k1" };
        AgentReply first = await client.SendAsync(app.Agent, message, options, AgentApp.Limit());
        AgentReply second = await client.SendAsync(app.Agent, message, options, AgentApp.Limit());
        Assert.That(runs, Is.EqualTo(1));
        Assert.That(second.Replayed);
        Assert.That(second.Message!.MessageId, Is.EqualTo(first.Message!.MessageId));
        AgentRefusedException? other = await Assert.ThrowsAsync<AgentRefusedException>(() =>
            client.SendAsync(app.Agent, AgentMessage.FromUser("other"), options, AgentApp.Limit())
        );
        Assert.That(other!.Problem, Is.EqualTo("key-reused"));
    }

    [TestCase("{", 400, "invalid-json")]
    [TestCase("{\"message\":{},\"message\":{}}", 400, "invalid-json")]
    [TestCase("{\"message\":{\"messageId\":\"m\",\"parts\":[]}}", 422, "invalid-message")]
    [TestCase("{\"message\":{\"messageId\":\"m\",\"parts\":[{\"text\":\"a\",\"url\":\"b\"}]}}", 422, "invalid-message")]
    [TestCase("{\"message\":{\"messageId\":\"m\",\"role\":\"king\",\"parts\":[{\"text\":\"a\"}]}}", 422, "invalid-message")]
    [TestCase("{\"message\":{\"messageId\":\"m\",\"skill\":\"fly\",\"parts\":[{\"text\":\"a\"}]}}", 422, "no-skill")]
    [TestCase("{\"message\":{\"messageId\":\"m\",\"taskId\":\"none\",\"parts\":[{\"text\":\"a\"}]}}", 404, "no-task")]
    [TestCase("\uFEFF{\"message\":{\"messageId\":\"m\",\"future\":1,\"parts\":[{\"text\":\"a\"}]}}", 200, null)]
    public async Task Bad_input_is_named(string body, int status, string? problem)
    {
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Echo);
        using HttpClient http = app.Http();
        using HttpResponseMessage response = await http.PostAsync(
            app.Agent,
            new StringContent(body, Encoding.UTF8, "application/json"),
            AgentApp.Limit()
        );
        Assert.That((int)response.StatusCode, Is.EqualTo(status), await response.Content.ReadAsStringAsync());
        if (problem is not null)
        {
            JsonElement told = await response.Content.ReadFromJsonAsync<JsonElement>(AgentApp.Limit());
            Assert.That(told.GetProperty("type").GetString(), Does.EndWith(problem));
        }
    }

    [Test]
    public async Task A_body_that_is_too_large_and_a_foreign_host_are_refused()
    {
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Echo, o => o.MaxBodyBytes = 100);
        using HttpClient http = app.Http();
        using HttpResponseMessage large = await http.PostAsync(
            app.Agent,
            new StringContent(new string('a', 101), Encoding.UTF8, "application/json"),
            AgentApp.Limit()
        );
        Assert.That((int)large.StatusCode, Is.EqualTo(413));
        using HttpRequestMessage rebound = new(HttpMethod.Get, app.Agent) { Headers = { Host = "evil.example" } };
        using HttpResponseMessage misdirected = await http.SendAsync(rebound, AgentApp.Limit());
        Assert.That((int)misdirected.StatusCode, Is.EqualTo(421));
        using HttpRequestMessage page = new(HttpMethod.Post, app.Agent) { Headers = { { "Origin", "https://evil.example" } } };
        using HttpResponseMessage forbidden = await http.SendAsync(page, AgentApp.Limit());
        Assert.That((int)forbidden.StatusCode, Is.EqualTo(403));
    }

    [Test]
    public async Task A_session_is_kept_and_belongs_to_who_knows_it()
    {
        async IAsyncEnumerable<AgentEvent> Count(
            AgentRequest request,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            await Task.Yield();
            int n = int.Parse(request.State.GetText("n") ?? "0", System.Globalization.CultureInfo.InvariantCulture) + 1;
            request.State.Set("n", $"{n}");
            yield return AgentEvent.Reply($"{n}");
        }
        await using AgentApp app = await AgentApp.StartAsync(Count, o => o.State = StateMode.Session);
        using AgentClient a = AgentApp.Client();
        using AgentClient b = AgentApp.Client();
        Assert.That((await a.SendAsync(app.Agent, "x", AgentApp.Limit())).Text, Is.EqualTo("1"));
        Assert.That((await a.SendAsync(app.Agent, "x", AgentApp.Limit())).Text, Is.EqualTo("2"));
        Assert.That((await b.SendAsync(app.Agent, "x", AgentApp.Limit())).Text, Is.EqualTo("1"));
        await a.EndSessionAsync(app.Agent, AgentApp.Limit());
        Assert.That((await a.SendAsync(app.Agent, "x", AgentApp.Limit())).Text, Is.EqualTo("1"));
        await using AgentApp sealedApp = await AgentApp.StartAsync(
            Count,
            o => o.State = StateMode.Sealed,
            s =>
                Microsoft.AspNetCore.DataProtection.DataProtectionBuilderExtensions.UseEphemeralDataProtectionProvider(
                    Microsoft.Extensions.DependencyInjection.DataProtectionServiceCollectionExtensions.AddDataProtection(s)
                )
        );
        Assert.That((await a.SendAsync(sealedApp.Agent, "x", AgentApp.Limit())).Text, Is.EqualTo("1"));
        Assert.That((await a.SendAsync(sealedApp.Agent, "x", AgentApp.Limit())).Text, Is.EqualTo("2"));
    }

    [Test]
    public async Task A_signed_caller_is_known_and_another_s_task_is_not_there()
    {
        using SignatureKey alice = SignatureKey.Generate("alice");
        using SignatureKey bob = SignatureKey.Generate("bob");
        using SignatureKey host = SignatureKey.Generate("host");
        await using AgentApp app = await AgentApp.StartAsync(
            AgentApp.Chunks(2),
            o => o.RequireCaller = true,
            s =>
                s.ConfigureAgentHost(o =>
                {
                    o.TrustedKeys = new SignatureKeys(alice, bob);
                    o.SigningKey = host;
                })
        );
        using AgentClient a = AgentApp.Client(o => o with { SigningKey = alice, TrustedKeys = new SignatureKeys(host) });
        using AgentClient b = AgentApp.Client(o => o with { SigningKey = bob });
        using AgentClient nobody = AgentApp.Client();
        AgentTask task = (await a.SendAsync(app.Agent, "go", AgentApp.Limit())).Task!;
        Assert.That((await a.TaskAsync(app.Agent, task.Id, null, AgentApp.Limit())).Id, Is.EqualTo(task.Id));
        AgentRefusedException? foreign = await Assert.ThrowsAsync<AgentRefusedException>(() =>
            b.TaskAsync(app.Agent, task.Id, null, AgentApp.Limit())
        );
        AgentRefusedException? unknown = await Assert.ThrowsAsync<AgentRefusedException>(() =>
            b.TaskAsync(app.Agent, AgentIds.New(), null, AgentApp.Limit())
        );
        Assert.That((foreign!.Status, foreign.Problem, foreign.Detail), Is.EqualTo((unknown!.Status, unknown.Problem, unknown.Detail)));
        Assert.That(foreign.Status, Is.EqualTo(404));
        AgentRefusedException? unnamed = await Assert.ThrowsAsync<AgentRefusedException>(() =>
            nobody.SendAsync(app.Agent, "go", AgentApp.Limit())
        );
        Assert.That(unnamed!.Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Acknowledged_events_and_answers_are_there_after_a_restart()
    {
        string file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{AgentIds.New()}.db");
        int runs = 0;
        Func<AgentRequest, CancellationToken, IAsyncEnumerable<AgentEvent>> handle = (request, cancellationToken) =>
        {
            runs++;
            return AgentApp.Chunks(3)(request, cancellationToken);
        };
        AgentMessage message = AgentMessage.FromUser("go");
        SendOptions key = new() { IdempotencyKey = "k" };
        AgentTask first;
        await using (AgentApp app = await AgentApp.StartAsync(handle, services: s => s.AddSqliteAgentStore(file)))
        {
            using AgentClient client = AgentApp.Client();
            first = (await client.SendAsync(app.Agent, message, key, AgentApp.Limit())).Task!;
        }
        await using (AgentApp app = await AgentApp.StartAsync(handle, services: s => s.AddSqliteAgentStore(file)))
        {
            using AgentClient client = AgentApp.Client();
            AgentReply again = await client.SendAsync(app.Agent, message, key, AgentApp.Limit());
            Assert.That(again.Replayed);
            Assert.That(again.Task!.Id, Is.EqualTo(first.Id));
            Assert.That(runs, Is.EqualTo(1));
            List<AgentEvent> events = await ReadAsync(client.ResumeAsync(app.Agent, first.Id, 0, AgentApp.Limit()));
            Assert.That(events, Has.Count.EqualTo(first.Sequence));
        }
        File.Delete(file);
    }

    [Test]
    public async Task A_quota_is_on_and_says_when_to_come_back()
    {
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Echo, o => o.RequestsPerMinute = 60);
        using AgentClient client = AgentApp.Client(o => o with { MostRetries = 0 });
        AgentRefusedException? refused = await Assert.ThrowsAsync<AgentRefusedException>(async () =>
        {
            for (int i = 0; i < 20; i++)
            {
                await client.SendAsync(app.Agent, "x", AgentApp.Limit());
            }
        });
        Assert.That(refused!.Status, Is.EqualTo(429));
    }

    internal static async Task<List<AgentEvent>> ReadAsync(IAsyncEnumerable<AgentEvent> events)
    {
        List<AgentEvent> all = [];
        await foreach (AgentEvent e in events)
        {
            all.Add(e);
        }
        return all;
    }
}
