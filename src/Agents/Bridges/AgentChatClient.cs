using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace ResearchKit.Agents.Bridges;

/// <summary>Any agent as a model of Microsoft.Extensions.AI: the last message is sent, the answer comes back.</summary>
/// <param name="client">The client; it is not disposed.</param>
/// <param name="agent">The agent's address.</param>
public sealed class AgentChatClient(AgentClient client, Uri agent) : IChatClient
{
    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        AgentReply reply = await client.SendAsync(agent, Message(messages, options), null, cancellationToken);
        IReadOnlyList<AgentPart> parts = reply.Message?.Parts ?? [.. (reply.Task?.Artifacts ?? []).SelectMany(a => a.Parts)];
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, [.. parts.Select(Content)]))
        {
            ConversationId = reply.Task?.ContextId ?? options?.ConversationId,
        };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await foreach (AgentEvent next in client.StreamAsync(agent, Message(messages, options), null, cancellationToken))
        {
            IReadOnlyList<AgentPart> parts = next switch
            {
                ArtifactEvent a => a.Artifact.Parts,
                MessageEvent { Message.Role: AgentRole.Agent } m => m.Message.Parts,
                _ => [],
            };
            if (parts.Count > 0)
            {
                yield return new ChatResponseUpdate(ChatRole.Assistant, [.. parts.Select(Content)]);
            }
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(client) ? client
            : null;
    }

    /// <inheritdoc/>
    public void Dispose() { }

    private static AgentMessage Message(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ChatMessage last = messages.Last();
        AgentPart[] parts =
        [
            .. last.Contents.Select(c =>
                c switch
                {
                    TextContent text => AgentPart.OfText(text.Text),
                    DataContent data => AgentPart.OfBytes(data.Data.ToArray(), data.MediaType),
                    UriContent uri => AgentPart.OfUrl(uri.Uri.ToString(), uri.MediaType),
                    _ => AgentPart.OfText(c.ToString() ?? ""),
                }
            ),
        ];
        return AgentMessage.FromUser(parts) with { ContextId = options?.ConversationId };
    }

    private static AIContent Content(AgentPart part) =>
        part.Raw is { } bytes ? new DataContent(bytes, part.MediaType ?? "application/octet-stream")
        : part.Url is { } url ? new UriContent(url, part.MediaType ?? "application/octet-stream")
        : new TextContent(part.Text ?? part.Data?.GetRawText());
}
