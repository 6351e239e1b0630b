using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using ResearchKit.Agents;
using ResearchKit.Agents.Bridges;
using ResearchKit.Agents.Bridges.A2A;
using ResearchKit.Agents.Bridges.Mcp;
using ResearchKit.Agents.Security;

namespace ResearchKit.Papers.WebOfAgents;

/// <summary>The client stacks of the ecosystems, each speaking its own protocol and nothing else.</summary>
internal static class EcosystemCaller
{
    private static readonly AgentClientOptions Options = new() { Outbound = OutboundPolicy.Loopback, MostRetries = 0 };

    /// <summary>One adapter an ecosystem: how its agents are reached from the layer.</summary>
    internal static IReadOnlyDictionary<string, Func<Uri, AgentMessage, CancellationToken, Task<AgentMessage>>> Adapters { get; } =
        new Dictionary<string, Func<Uri, AgentMessage, CancellationToken, Task<AgentMessage>>>
        {
            ["woa/1"] = NativeAsync,
            ["a2a-1.0"] = (endpoint, message, token) => A2AAsync(endpoint, message, old: false, token),
            ["a2a-0.3"] = (endpoint, message, token) => A2AAsync(endpoint, message, old: true, token),
            ["mcp"] = McpAsync,
            ["agora"] = AgoraAsync,
            ["extensions.ai"] = ChatAsync,
        };

    internal static Task<AgentMessage> AskAsync(
        string ecosystem,
        Uri endpoint,
        AgentMessage message,
        CancellationToken cancellationToken
    ) => Adapters[ecosystem](endpoint, message, cancellationToken);

    internal static Uri Endpoint(string ecosystem, Uri root) =>
        new(
            root,
            ecosystem switch
            {
                "a2a-1.0" or "a2a-0.3" => $"/agents/echo/a2a?{(ecosystem == "a2a-0.3" ? "old" : "new")}",
                "mcp" => "/mcp",
                "agora" => "/agents/echo/agora",
                _ => "/agents/echo",
            }
        );

    private static async Task<AgentMessage> NativeAsync(Uri endpoint, AgentMessage message, CancellationToken cancellationToken)
    {
        using AgentClient client = new(Options);
        AgentReply reply = await client.SendAsync(endpoint, message with { MessageId = AgentIds.New() }, null, cancellationToken);
        return Message(reply);
    }

    private static async Task<AgentMessage> A2AAsync(Uri endpoint, AgentMessage message, bool old, CancellationToken cancellationToken)
    {
        // An endpoint of the other version refuses, as a server that speaks one version does.
        if (endpoint.Query == (old ? "?new" : "?old"))
        {
            throw new NotSupportedException("the agent speaks another version");
        }
        JsonObject card = old
            ? new JsonObject { ["protocolVersion"] = "0.3.0", ["url"] = endpoint.ToString() }
            : new JsonObject
            {
                ["supportedInterfaces"] = new JsonArray(
                    new JsonObject
                    {
                        ["url"] = endpoint.ToString(),
                        ["protocolBinding"] = "JSONRPC",
                        ["protocolVersion"] = "1.0",
                    }
                ),
            };
        using A2AClient client = new(Options);
        return Message(
            await client.SendAsync(A2ACard.Read(System.Text.Encoding.UTF8.GetBytes(card.ToJsonString())), message, cancellationToken)
        );
    }

    private static async Task<AgentMessage> McpAsync(Uri endpoint, AgentMessage message, CancellationToken cancellationToken)
    {
        await using McpAgent server = await McpAgent.ConnectAsync(endpoint, OutboundPolicy.Loopback, cancellationToken);
        // A tool takes a text here: what MCP's own clients would send.
        AgentRequest request = new()
        {
            Message = AgentMessage.FromUser(message.Text) with { Skill = "echo" },
            Principal = AgentPrincipal.Anonymous,
            State = AgentStateAccess.None,
        };
        await foreach (AgentEvent next in server.HandleAsync(request, cancellationToken))
        {
            return next switch
            {
                MessageEvent m => m.Message,
                StatusEvent { Status.Message: { } said } => throw new InvalidOperationException(said.Text),
                _ => throw new InvalidOperationException("no answer"),
            };
        }
        throw new InvalidOperationException("no answer");
    }

    private static async Task<AgentMessage> AgoraAsync(Uri endpoint, AgentMessage message, CancellationToken cancellationToken)
    {
        using HttpClient http = new(OutboundPolicy.Loopback.CreateHandler());
        JsonObject request = new()
        {
            ["protocolHash"] = null,
            ["protocolSources"] = new JsonArray(),
            ["body"] = message.Text,
        };
        using HttpResponseMessage response = await http.PostAsync(
            endpoint,
            new StringContent(request.ToJsonString(), System.Text.Encoding.UTF8, "application/json"),
            cancellationToken
        );
        response.EnsureSuccessStatusCode();
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return answer.GetProperty("status").GetString() == "success"
            ? AgentMessage.FromAgent(answer.GetProperty("body").ToString())
            : throw new InvalidOperationException("refused");
    }

    private static async Task<AgentMessage> ChatAsync(Uri endpoint, AgentMessage message, CancellationToken cancellationToken)
    {
        using AgentClient client = new(Options);
        using AgentChatClient model = new(client, endpoint);
        ChatMessage asked = new(
            ChatRole.User,
            [
                .. message.Parts.Select(
                    AIContent (p) =>
                        p.Raw is { } bytes
                            ? new DataContent(bytes, p.MediaType!) { Name = p.Filename }
                            : new TextContent(p.Text ?? p.Data?.GetRawText())
                ),
            ]
        );
        ChatResponse response = await model.GetResponseAsync(
            [asked],
            new ChatOptions { ConversationId = message.ContextId },
            cancellationToken
        );
        return AgentMessage.FromAgent([
            .. response
                .Messages.SelectMany(m => m.Contents)
                .Select(c =>
                    c is DataContent d ? AgentPart.OfBytes(d.Data.ToArray(), d.MediaType, d.Name) : AgentPart.OfText(c.ToString() ?? "")
                ),
        ]);
    }

    private static AgentMessage Message(AgentReply reply) =>
        reply.Message ?? AgentMessage.FromAgent([.. (reply.Task?.Artifacts ?? []).SelectMany(a => a.Parts)]);
}
