using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using ResearchKit.Agents.Bridges.A2A;
using ResearchKit.Agents.Tests.Hosting;
using ResearchKit.Goldens;

namespace ResearchKit.Agents.Tests.Bridges;

/// <summary>What our server says, judged by somebody else's validator: Debian's python3-jsonschema.</summary>
public class SchemaCrossCheckTests
{
    private const string Script = """
        import json, sys
        from jsonschema import Draft202012Validator, RefResolver
        schema = json.load(open(sys.argv[1]))
        wrong = 0
        for kind, document in json.load(open(sys.argv[2])):
            errors = list(Draft202012Validator({'$ref': '#/$defs/' + kind, '$defs': schema['$defs']}).iter_errors(document))
            wrong += len(errors)
            for e in errors: print(kind, e.message)
        print('wrong', wrong)
        """;

    [Test]
    [Category("External")]
    public async Task Everything_the_A2A_server_says_satisfies_the_schema_by_python_s_validator()
    {
        if (await RunAsync("-c", "import jsonschema") is not { Code: 0 })
        {
            Assert.Ignore("python3 with the package jsonschema not found: install python3-jsonschema");
        }
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Chunks(3), map: (_, m) => m.WithA2A());
        using HttpClient http = app.Http();
        http.DefaultRequestHeaders.Add("A2A-Version", "1.0");
        List<object[]> said =
        [
            ["AgentCard", await http.GetFromJsonAsync<JsonElement>(new Uri(app.Root, "/.well-known/agent-card.json"), AgentApp.Limit())],
        ];
        StringContent Message() =>
            new(
                """{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"text":"go"}]}}""",
                System.Text.Encoding.UTF8,
                "application/json"
            );
        using HttpResponseMessage sent = await http.PostAsync($"{app.Agent}/a2a/message:send", Message(), AgentApp.Limit());
        JsonElement reply = await sent.Content.ReadFromJsonAsync<JsonElement>(AgentApp.Limit());
        said.Add(["SendMessageResponse", reply]);
        string id = reply.GetProperty("task").GetProperty("id").GetString()!;
        said.Add(["Task", await http.GetFromJsonAsync<JsonElement>($"{app.Agent}/a2a/tasks/{id}", AgentApp.Limit())]);
        said.Add(["ListTasksResponse", await http.GetFromJsonAsync<JsonElement>($"{app.Agent}/a2a/tasks", AgentApp.Limit())]);
        using HttpRequestMessage streamed = new(HttpMethod.Post, $"{app.Agent}/a2a/message:stream") { Content = Message() };
        using HttpResponseMessage stream = await http.SendAsync(streamed, HttpCompletionOption.ResponseHeadersRead, AgentApp.Limit());
        await foreach (
            EventStreamItem item in new EventStreamReader(await stream.Content.ReadAsStreamAsync(AgentApp.Limit())).ReadAsync(
                AgentApp.Limit()
            )
        )
        {
            said.Add(["StreamResponse", JsonDocument.Parse(item.Data).RootElement]);
        }
        string file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{AgentIds.New()}.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(said));
        (int code, string output) = await RunAsync("-c", Script, GoldenFiles.Data("agents", "a2a", "a2a-1.0.schema.json"), file);
        File.Delete(file);
        Assert.That(code, Is.Zero, output);
        Assert.That(output.Trim(), Is.EqualTo("wrong 0"));
        Assert.That(said, Has.Count.EqualTo(4 + 6));
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        try
        {
            using Process python = Process.Start(
                new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            Task<string> output = python.StandardOutput.ReadToEndAsync();
            Task<string> error = python.StandardError.ReadToEndAsync();
            try
            {
                await python.WaitForExitAsync(AgentApp.Limit());
            }
            catch (OperationCanceledException)
            {
                python.Kill(entireProcessTree: true);
                Assert.Fail("python3 did not end within 30 s");
            }
            return (python.ExitCode, await output + (python.ExitCode == 0 ? "" : await error));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "no python3");
        }
    }
}
