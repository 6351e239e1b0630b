using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using ResearchKit.Agents.Bridges.A2A;
using ResearchKit.Agents.Security;
using ResearchKit.Agents.Tests.Hosting;
using ResearchKit.Goldens;

namespace ResearchKit.Agents.Tests.Bridges;

public class A2ATests
{
    private static readonly string[] ThreeChunks = ["0;", "1;", "2;"];

    [Test]
    public async Task Our_client_speaks_to_our_server_in_both_versions()
    {
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Echo, map: (_, m) => m.WithA2A());
        await using AgentApp tasks = await AgentApp.StartAsync(AgentApp.Chunks(3), map: (_, m) => m.WithA2A());
        using A2AClient client = new(new AgentClientOptions { Outbound = OutboundPolicy.Loopback });
        A2ACard card = await client.CardAsync(app.Root, AgentApp.Limit());
        Assert.That(card.Problems, Is.Empty);
        Assert.That(card.Version, Is.EqualTo("1.0"));
        A2ACard taskCard = await client.CardAsync(tasks.Root, AgentApp.Limit());
        A2ACard old = A2ACard.Read(OldCard(taskCard.Endpoint!));
        Assert.That(old.IsOld);
        Assert.That((await client.SendAsync(card, AgentMessage.FromUser("hallo"), AgentApp.Limit())).Text, Is.EqualTo("hallo"));
        foreach (A2ACard c in new[] { taskCard, old })
        {
            AgentTask task = (await client.SendAsync(c, AgentMessage.FromUser("go"), AgentApp.Limit())).Task!;
            Assert.That(task.Status.State, Is.EqualTo(TaskState.Completed));
            Assert.That(task.Text, Is.EqualTo("0;1;2;"));
            Assert.That((await client.TaskAsync(c, task.Id, AgentApp.Limit())).Text, Is.EqualTo("0;1;2;"));
            List<AgentEvent> events = await MessagingTests.ReadAsync(client.StreamAsync(c, AgentMessage.FromUser("go"), AgentApp.Limit()));
            Assert.That(events.OfType<ArtifactEvent>().Select(e => e.Artifact.Parts[0].Text), Is.EqualTo(ThreeChunks));
            Assert.That(events[^1], Is.TypeOf<StatusEvent>());
            AgentRefusedException? final = await Assert.ThrowsAsync<AgentRefusedException>(() =>
                client.CancelAsync(c, task.Id, AgentApp.Limit())
            );
            Assert.That(final!.Status, Is.EqualTo(-32002));
            AgentRefusedException? unknown = await Assert.ThrowsAsync<AgentRefusedException>(() =>
                client.TaskAsync(c, "none", AgentApp.Limit())
            );
            Assert.That(unknown!.Status, Is.EqualTo(-32001));
            AgentRefusedException? over = await Assert.ThrowsAsync<AgentRefusedException>(async () =>
                await MessagingTests.ReadAsync(client.SubscribeAsync(c, task.Id, AgentApp.Limit()))
            );
            Assert.That(over!.Status, Is.EqualTo(-32004));
        }
    }

    [TestCase("{", "1.0", -32700)]
    [TestCase("[]", "1.0", -32600)]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"Fly\",\"params\":{}}", "1.0", -32601)]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"SendMessage\",\"params\":{}}", "1.0", -32602)]
    [TestCase(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"SendMessage\",\"params\":{\"message\":{\"messageId\":\"m\",\"role\":\"ROLE_USER\",\"parts\":[{}]}}}",
        "1.0",
        -32602
    )]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"GetTask\",\"params\":{\"id\":\"x\"}}", "2.0", -32009)]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"CreateTaskPushNotificationConfig\",\"params\":{}}", "1.0", -32003)]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"GetExtendedAgentCard\"}", "1.0.1", -32007)]
    public async Task Errors_have_the_numbers_of_the_specification(string body, string version, int code)
    {
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Echo, map: (_, m) => m.WithA2A());
        using HttpClient http = app.Http();
        using HttpRequestMessage request = new(HttpMethod.Post, $"{app.Agent}/a2a")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("A2A-Version", version);
        using HttpResponseMessage response = await http.SendAsync(request, AgentApp.Limit());
        JsonElement json = await response.Content.ReadFromJsonAsync<JsonElement>(AgentApp.Limit());
        Assert.That(json.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(code));
        Assert.That(json.GetProperty("error").GetProperty("data")[0].GetProperty("domain").GetString(), Is.EqualTo("a2a-protocol.org"));
    }

    [Test]
    public async Task What_the_server_says_satisfies_the_schema()
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(GoldenFiles.Data("agents", "a2a", "a2a-1.0.schema.json")));
        JsonSchemaValidator Type(string name) => new(schema.RootElement, $"#/$defs/{name}", new JsonSchemaLimits { MostNodes = 100_000 });
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Chunks(3), map: (_, m) => m.WithA2A());
        using HttpClient http = app.Http();
        JsonElement card = await http.GetFromJsonAsync<JsonElement>(new Uri(app.Root, "/.well-known/agent-card.json"), AgentApp.Limit());
        Assert.That(Type("AgentCard").Validate(card), Is.Empty);
        string message = """{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"text":"go"}]}}""";
        using HttpRequestMessage request = new(HttpMethod.Post, $"{app.Agent}/a2a/message:send")
        {
            Content = new StringContent(message, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("A2A-Version", "1.0");
        using HttpResponseMessage response = await http.SendAsync(request, AgentApp.Limit());
        JsonElement reply = await response.Content.ReadFromJsonAsync<JsonElement>(AgentApp.Limit());
        Assert.That(Type("SendMessageResponse").Validate(reply), Is.Empty);
        using HttpRequestMessage streamed = new(HttpMethod.Post, $"{app.Agent}/a2a/message:stream")
        {
            Content = new StringContent(message, System.Text.Encoding.UTF8, "application/json"),
        };
        streamed.Headers.Add("A2A-Version", "1.0");
        using HttpResponseMessage stream = await http.SendAsync(streamed, HttpCompletionOption.ResponseHeadersRead, AgentApp.Limit());
        int frames = 0;
        await foreach (
            EventStreamItem item in new EventStreamReader(await stream.Content.ReadAsStreamAsync(AgentApp.Limit())).ReadAsync(
                AgentApp.Limit()
            )
        )
        {
            using var frame = JsonDocument.Parse(item.Data);
            Assert.That(Type("StreamResponse").Validate(frame.RootElement), Is.Empty, item.Data);
            frames++;
        }
        Assert.That(frames, Is.EqualTo(1 + 1 + 3 + 1));
    }

    [Test]
    public void A_message_survives_both_ways() =>
        Gen.Select(Gen.String, Gen.String, Gen.Bool, Gen.Byte.Array)
            .Where((a, b, _, _) => !a.Any(char.IsSurrogate) && !b.Any(char.IsSurrogate))
            .Sample(
                (text, name, user, bytes) =>
                {
                    AgentMessage message = new()
                    {
                        MessageId = "m" + name,
                        Role = user ? AgentRole.User : AgentRole.Agent,
                        ContextId = name,
                        Skill = "s",
                        Protocol = "p",
                        References = [text],
                        Parts =
                        [
                            AgentPart.OfText(text),
                            AgentPart.OfBytes(bytes, "image/png", name),
                            AgentPart.OfJson("""{"a":[1,null]}"""),
                            AgentPart.OfUrl("https://a.example/"),
                        ],
                    };
                    foreach (bool old in new[] { false, true })
                    {
                        JsonObject written = A2AJson.Write(message, old);
                        using var document = JsonDocument.Parse(written.ToJsonString());
                        AgentMessage read = A2AJson.ReadMessage(document.RootElement);
                        if (A2AJson.Write(read).ToJsonString() != A2AJson.Write(message).ToJsonString() && !old)
                        {
                            return false;
                        }
                        if (
                            read.Parts[0].Text != text
                            || !read.Parts[1].Raw!.SequenceEqual(bytes)
                            || read.Parts[1].Filename != name
                            || read.Skill != "s"
                        )
                        {
                            return false;
                        }
                    }
                    return true;
                },
                iter: 200
            );

    [Test]
    public void Cards_found_in_the_wild_are_recognised_or_refused_with_reasons()
    {
        List<string?> versions = [];
        foreach (string file in Directory.EnumerateFiles(GoldenFiles.Data("agents", "wild-cards"), "*.json").Order(StringComparer.Ordinal))
        {
            using var wild = JsonDocument.Parse(File.ReadAllBytes(file));
            A2ACard card = A2ACard.Read(System.Text.Encoding.UTF8.GetBytes(wild.RootElement.GetProperty("document").GetRawText()));
            versions.Add(card.Version);
            Assert.That(card.Version is not null || card.Problems.Count > 0, file);
        }
        Assert.That(versions, Has.Count.EqualTo(7));
        Assert.That(versions.Count(v => v == "0.3"), Is.EqualTo(2));
        Assert.That(versions.Count(v => v is null), Is.EqualTo(5));
    }

    [Test]
    [Category("External")]
    public async Task The_official_JavaScript_client_speaks_to_our_server()
    {
        string? modules = Environment.GetEnvironmentVariable("RESEARCHKIT_NODE_MODULES");
        if (modules is null || !Directory.Exists(Path.Combine(modules, "@a2a-js", "sdk")))
        {
            Assert.Ignore("npm package @a2a-js/sdk not found: install it and name its node_modules folder by RESEARCHKIT_NODE_MODULES");
        }
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Chunks(5, TimeSpan.FromMilliseconds(20)), map: (_, m) => m.WithA2A());
        string script = Path.Combine(modules!, "..", $"researchkit-a2a-{AgentIds.New()}.mjs");
        await File.WriteAllTextAsync(script, Script);
        try
        {
            using Process node = Process.Start(
                new ProcessStartInfo("node", [script, app.Root.ToString()])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    WorkingDirectory = Path.GetDirectoryName(script)!,
                }
            )!;
            Task<string> output = node.StandardOutput.ReadToEndAsync();
            Task<string> error = node.StandardError.ReadToEndAsync();
            try
            {
                await node.WaitForExitAsync(AgentApp.Limit());
            }
            catch (OperationCanceledException)
            {
                node.Kill(entireProcessTree: true);
                Assert.Fail("node did not end within 30 s");
            }
            Assert.That(node.ExitCode, Is.Zero, await error);
            Assert.That(
                (await output).Trim().Split('\n'),
                Is.EqualTo(
                    new[]
                    {
                        "unary completed",
                        "stream task,statusUpdate,5 artifacts,final",
                        "get completed",
                        "resubscribe task",
                        "cancel canceled",
                        "unknown refused",
                    }
                )
            );
        }
        finally
        {
            File.Delete(script);
        }
    }

    private const string Script = """
        import { ClientFactory } from '@a2a-js/sdk/client';
        const client = await new ClientFactory().createFromUrl(process.argv[2]);
        const kind = e => e.payload?.$case ?? e.kind ?? Object.keys(e)[0];
        const state = t => { const s = (t.status ?? t.payload?.value?.status).state; return typeof s === 'number' ? ['unspecified','submitted','working','completed','failed','canceled'][s] : String(s).replace('TASK_STATE_', '').toLowerCase(); };
        const message = text => ({ message: { messageId: crypto.randomUUID(), contextId: '', taskId: '', role: 1, parts: [{ content: { $case: 'text', value: text }, metadata: undefined, filename: '', mediaType: 'text/plain' }], metadata: undefined, extensions: [], referenceTaskIds: [] }, configuration: undefined, metadata: undefined, tenant: '' });
        const answer = await client.sendMessage(message('go'));
        console.log('unary', state(answer));
        let kinds = []; let last;
        for await (const e of client.sendMessageStream(message('go'))) { kinds.push(kind(e)); last = e; }
        console.log(['stream task', kinds[1], kinds.filter(k => k === 'artifactUpdate').length + ' artifacts', state(last.payload?.value ?? last) === 'completed' ? 'final' : 'open'].join(','));
        const id = answer.id ?? answer.payload?.value?.id;
        console.log('get', state(await client.getTask({ id, tenant: '' })));
        const open = await client.sendMessage({ ...message('go'), configuration: { returnImmediately: true, acceptedOutputModes: [], taskPushNotificationConfig: undefined } });
        const openId = open.id ?? open.payload?.value?.id;
        for await (const e of client.resubscribeTask({ id: openId, tenant: '' })) { console.log('resubscribe', kind(e)); break; }
        console.log('cancel', state(await client.cancelTask({ id: openId, tenant: '', metadata: undefined })));
        try { await client.getTask({ id: 'none', tenant: '' }); console.log('unknown found'); } catch { console.log('unknown refused'); }
        process.exit(0);
        """;

    private static byte[] OldCard(Uri url) =>
        System.Text.Encoding.UTF8.GetBytes(
            $$"""{"protocolVersion":"0.3.0","name":"old","description":"d","version":"1","url":"{{url}}","capabilities":{},"defaultInputModes":[],"defaultOutputModes":[],"skills":[]}"""
        );
}
