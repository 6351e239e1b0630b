using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.AI;
using ResearchKit.Agents.Bridges;
using ResearchKit.Agents.Bridges.Agora;
using ResearchKit.Agents.Bridges.Mcp;
using ResearchKit.Agents.Security;
using ResearchKit.Agents.Tests.Hosting;

namespace ResearchKit.Agents.Tests.Bridges;

public class OtherBridgesTests
{
    [Test]
    public async Task A_skill_is_a_tool_of_MCP_and_a_tool_is_a_skill_again()
    {
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Echo, services: s => s.AddAgentMcp(), map: (a, _) => a.MapAgentMcp());
        await using McpAgent mcp = await McpAgent.ConnectAsync(new Uri(app.Root, "/mcp"), OutboundPolicy.Loopback, AgentApp.Limit());
        Assert.That(mcp.Skills.Select(s => s.Id), Is.EqualTo(new[] { "echo" }));
        Assert.That(mcp.Protocols.Single().IsCompilable);
        await using AgentApp over = await AgentApp.StartAsync(mcp.HandleAsync);
        using AgentClient client = AgentApp.Client();
        Assert.That((await client.SendAsync(over.Agent, "hallo", AgentApp.Limit())).Text, Is.EqualTo("hallo"));
        using HttpClient http = app.Http();
        using HttpRequestMessage rebound = new(HttpMethod.Post, new Uri(app.Root, "/mcp")) { Headers = { Host = "evil.example" } };
        using HttpResponseMessage refused = await http.SendAsync(rebound, AgentApp.Limit());
        Assert.That((int)refused.StatusCode, Is.EqualTo(421));
    }

    [Test]
    public async Task An_agent_is_a_model_and_a_model_is_an_agent()
    {
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Chunks(3));
        using AgentClient client = AgentApp.Client();
        using AgentChatClient model = new(client, app.Agent);
        Assert.That((await model.GetResponseAsync("go", cancellationToken: AgentApp.Limit())).Text, Is.EqualTo("0;1;2;"));
        foreach (bool stream in new[] { false, true })
        {
            ChatClientAgent handler = new(model, new ChatClientAgentOptions { Stream = stream });
            await using AgentApp over = await AgentApp.StartAsync(handler.HandleAsync, o => o.State = StateMode.Session);
            AgentReply reply = await client.SendAsync(over.Agent, "go", AgentApp.Limit());
            Assert.That(reply.Text, Is.EqualTo("0;1;2;"));
            Assert.That(reply.Task is not null, Is.EqualTo(stream));
        }
    }

    [Test]
    public async Task Agora_s_requests_are_answered_and_a_wrong_hash_is_refused()
    {
        var protocol = ProtocolDocument.Of("p", "d", """{"type":"object","required":["city"]}""", """{"type":"object"}""");
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Echo, o => o.Protocols.Add(protocol), map: (_, m) => m.WithAgora());
        using HttpClient http = app.Http();
        async Task<(int, JsonElement)> AskAsync(string json)
        {
            using HttpResponseMessage response = await http.PostAsync(
                $"{app.Agent}/agora",
                new StringContent(json, System.Text.Encoding.UTF8, "application/json"),
                AgentApp.Limit()
            );
            return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(AgentApp.Limit()));
        }
        (_, JsonElement talk) = await AskAsync("""{"protocolHash":null,"body":"hallo","protocolSources":[]}""");
        Assert.That(talk.GetProperty("body").GetString(), Is.EqualTo("hallo"));
        (_, JsonElement structured) = await AskAsync(
            $$"""{"protocolHash":"{{protocol.AgoraId}}","body":{"city":"Bern"},"protocolSources":[]}"""
        );
        Assert.That(structured.GetProperty("body").GetProperty("city").GetString(), Is.EqualTo("Bern"));
        (int violated, _) = await AskAsync($$"""{"protocolHash":"{{protocol.AgoraId}}","body":{},"protocolSources":[]}""");
        Assert.That(violated, Is.EqualTo(422));
        (_, JsonElement wrong) = await AskAsync("""{"protocolHash":"AAAA","body":"x","protocolSources":["data:text/plain,other"]}""");
        Assert.That(wrong.GetProperty("status").GetString(), Is.EqualTo("error"));
    }
}
