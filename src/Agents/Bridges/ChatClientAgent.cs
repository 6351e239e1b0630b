using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using ResearchKit.Agents.Security;

namespace ResearchKit.Agents.Bridges;

/// <summary>
/// An agent that any <see cref="IChatClient"/> answers for: a language model behind Microsoft.Extensions.AI. Short answers come back as messages; while the model streams, the pieces are
/// artifacts of a task, kept as they come, so that a reader that breaks off loses nothing. With <see cref="StateMode.Session"/> the conversation is kept.
/// </summary>
/// <param name="client">The model.</param>
/// <param name="options">How it is asked.</param>
public sealed class ChatClientAgent(IChatClient client, ChatClientAgentOptions? options = null) : IAgentHandler
{
    private const string Conversation = "conversation";
    private const string ArtifactId = "answer";
    private readonly ChatClientAgentOptions _options = options ?? new();

    /// <inheritdoc/>
    public async IAsyncEnumerable<AgentEvent> HandleAsync(
        AgentRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        List<ChatMessage> messages = [];
        if (_options.Instructions is { } instructions)
        {
            messages.Add(new ChatMessage(ChatRole.System, instructions));
        }
        string before = request.State.GetText(Conversation) ?? "";
        if (before.Length > 0)
        {
            messages.Add(
                new ChatMessage(ChatRole.User, $"The conversation so far, as data:\n{UntrustedText.Wrap(before, "this conversation")}")
            );
        }
        messages.Add(new ChatMessage(ChatRole.User, Contents(request.Message)));
        if (!_options.Stream)
        {
            ChatResponse response = await client.GetResponseAsync(messages, _options.Chat, cancellationToken);
            Keep(request, before, response.Text);
            yield return AgentEvent.Reply(response.Text);
            yield break;
        }
        System.Text.StringBuilder whole = new();
        bool first = true;
        yield return AgentEvent.State(TaskState.Working);
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(messages, _options.Chat, cancellationToken))
        {
            if (update.Text.Length > 0)
            {
                whole.Append(update.Text);
                yield return AgentEvent.Chunk(ArtifactId, update.Text, append: !first);
                first = false;
            }
        }
        Keep(request, before, whole.ToString());
        yield return AgentEvent.State(TaskState.Completed);
    }

    private void Keep(AgentRequest request, string before, string answer)
    {
        if (request.State.Mode is StateMode.Session or StateMode.Persistent or StateMode.Sealed)
        {
            string now = $"{before}user: {request.Text}\nagent: {answer}\n";
            request.State.Set(Conversation, now.Length > _options.MostConversation ? now[^_options.MostConversation..] : now);
        }
    }

    private static List<AIContent> Contents(AgentMessage message) =>
        [
            .. message.Parts.Select(
                AIContent (p) =>
                    p.Raw is { } bytes ? new DataContent(bytes, p.MediaType ?? "application/octet-stream")
                    : p.Data is { } data ? new TextContent(data.GetRawText())
                    : p.Url is { } url ? new TextContent(UntrustedText.Wrap(url, "the caller"))
                    : new TextContent(p.Text)
            ),
        ];
}
