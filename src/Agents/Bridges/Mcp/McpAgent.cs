using System.Runtime.CompilerServices;
using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ResearchKit.Agents.Security;

namespace ResearchKit.Agents.Bridges.Mcp;

/// <summary>An agent that a server of the Model Context Protocol answers for: its tools are the skills, their schemas protocol documents.</summary>
public sealed class McpAgent : IAgentHandler, IAsyncDisposable
{
    private readonly McpClient _client;

    private McpAgent(McpClient client, IReadOnlyList<AgentSkill> skills, IReadOnlyList<ProtocolDocument> protocols) =>
        (_client, Skills, Protocols) = (client, skills, protocols);

    /// <summary>The tools.</summary>
    public IReadOnlyList<AgentSkill> Skills { get; }

    /// <summary>The tools' schemas.</summary>
    public IReadOnlyList<ProtocolDocument> Protocols { get; }

    /// <summary>Connects to a server over HTTP.</summary>
    /// <param name="endpoint">The server.</param>
    /// <param name="policy">Where this program may connect to.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">The address is refused.</exception>
    public static async Task<McpAgent> ConnectAsync(
        Uri endpoint,
        OutboundPolicy? policy = null,
        CancellationToken cancellationToken = default
    )
    {
        policy ??= OutboundPolicy.Default;
        policy.Require(endpoint);
        HttpClientTransport transport = new(
            new HttpClientTransportOptions { Endpoint = endpoint },
            new HttpClient(policy.CreateHandler()),
            null,
            ownsHttpClient: true
        );
        McpClient client = await McpClient.CreateAsync(transport, cancellationToken: cancellationToken);
        List<AgentSkill> skills = [];
        List<ProtocolDocument> protocols = [];
        foreach (McpClientTool tool in await client.ListToolsAsync(cancellationToken: cancellationToken))
        {
            var protocol = ProtocolDocument.Of(
                tool.Name,
                tool.Description ?? "",
                tool.JsonSchema.GetRawText(),
                tool.ReturnJsonSchema?.GetRawText() ?? """{"type":"object"}"""
            );
            protocols.Add(protocol);
            skills.Add(
                new AgentSkill
                {
                    Id = tool.Name,
                    Name = tool.Title ?? tool.Name,
                    Description = tool.Description ?? "",
                    Protocols = [protocol.Sha256.Hex],
                }
            );
        }
        return new McpAgent(client, skills, protocols);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<AgentEvent> HandleAsync(
        AgentRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        AgentMessage message = request.Message;
        string tool = message.Skill ?? Skills[0].Id;
        JsonElement? data = message.Parts.FirstOrDefault(p => p.Data is { ValueKind: JsonValueKind.Object })?.Data;
        Dictionary<string, object?> arguments = data is { } given
            ? given.EnumerateObject().ToDictionary(m => m.Name, m => (object?)m.Value.Clone())
            : new Dictionary<string, object?> { ["message"] = message.Text };
        CallToolResult result = await _client.CallToolAsync(tool, arguments, cancellationToken: cancellationToken);
        List<AgentPart> parts = [.. result.Content.Select(Part)];
        if (result.StructuredContent is { } structured && parts.All(p => p.Data is null))
        {
            parts.Add(AgentPart.OfData(structured));
        }
        if (result.IsError == true)
        {
            yield return new StatusEvent(new TaskStatusInfo(TaskState.Failed, default, AgentMessage.FromAgent(parts)));
            yield break;
        }
        yield return AgentEvent.Reply(AgentMessage.FromAgent(parts.Count > 0 ? parts : [AgentPart.OfText("")]));
    }

    private static AgentPart Part(ContentBlock block) =>
        block switch
        {
            TextContentBlock text => AgentPart.OfText(text.Text),
            ImageContentBlock image => AgentPart.OfBytes(image.DecodedData.ToArray(), image.MimeType),
            AudioContentBlock audio => AgentPart.OfBytes(audio.DecodedData.ToArray(), audio.MimeType),
            ResourceLinkBlock link => AgentPart.OfUrl(link.Uri, link.MimeType, link.Name),
            EmbeddedResourceBlock { Resource: BlobResourceContents blob } => AgentPart.OfBytes(
                blob.DecodedData.ToArray(),
                blob.MimeType,
                Path.GetFileName(Uri.UnescapeDataString(blob.Uri))
            ),
            EmbeddedResourceBlock { Resource: TextResourceContents text } => AgentPart.OfText(text.Text, text.MimeType),
            _ => AgentPart.OfText($"[{block.Type}]"),
        };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
