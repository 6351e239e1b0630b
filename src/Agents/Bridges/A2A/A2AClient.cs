using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ResearchKit.Agents.Bridges.A2A;

/// <summary>Speaks A2A 1.0 over JSON-RPC to agents of other makers; to agents of 0.3 where their card says so. Connections obey the outbound policy.</summary>
public sealed class A2AClient : IDisposable
{
    private readonly AgentTransport _transport;
    private readonly AgentClientOptions _options;
    private int _id;

    /// <summary>Makes a client.</summary>
    /// <param name="options">How it speaks.</param>
    /// <param name="http">A client of your own; null: one whose connections obey the policy. It is not disposed.</param>
    public A2AClient(AgentClientOptions? options = null, HttpClient? http = null)
    {
        _options = options ?? new();
        _transport = new AgentTransport(_options, http);
    }

    /// <summary>Reads the card of a host, and says which endpoint to speak to.</summary>
    /// <param name="host">The host, or the address of a card.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DocumentRejectedException">The card is of no version that is known.</exception>
    public async Task<A2ACard> CardAsync(Uri host, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        Uri url = host.AbsolutePath.EndsWith(".json", StringComparison.Ordinal)
            ? host
            : AgentClient.Below(host, ".well-known/agent-card.json");
        A2ACard card = A2ACard.Read(await _transport.ReadAsync(url, "application/json", AgentDocumentReader.MostBytes, cancellationToken));
        return card.Problems.Count == 0 || card.Endpoint is not null
            ? card
            : throw new DocumentRejectedException("card", string.Join("; ", card.Problems));
    }

    /// <summary>Sends a message and waits for the answer.</summary>
    /// <param name="card">The agent's card.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="AgentRefusedException">The agent answers with an error; <see cref="AgentRefusedException.Status"/> is the number in JSON-RPC.</exception>
    public async Task<AgentReply> SendAsync(A2ACard card, AgentMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(card);
        JsonElement result = await CallAsync(card, card.IsOld ? "message/send" : "SendMessage", Sent(card, message), cancellationToken);
        return A2AJson.ReadEvent(result) switch
        {
            MessageEvent m => new AgentReply(m.Message, null),
            TaskEvent t => new AgentReply(null, t.Task),
            _ => throw Damaged(card, "holds neither message nor task"),
        };
    }

    /// <summary>Sends a message and follows what happens.</summary>
    /// <param name="card">The agent's card.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public IAsyncEnumerable<AgentEvent> StreamAsync(A2ACard card, AgentMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(card);
        return FollowAsync(card, card.IsOld ? "message/stream" : "SendStreamingMessage", Sent(card, message), cancellationToken);
    }

    /// <summary>Follows a task that is under way.</summary>
    /// <param name="card">The agent's card.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public IAsyncEnumerable<AgentEvent> SubscribeAsync(A2ACard card, string taskId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(card);
        return FollowAsync(
            card,
            card.IsOld ? "tasks/resubscribe" : "SubscribeToTask",
            new JsonObject { ["id"] = taskId },
            cancellationToken
        );
    }

    /// <summary>The state of a task.</summary>
    /// <param name="card">The agent's card.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<AgentTask> TaskAsync(A2ACard card, string taskId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(card);
        return Task(
            card,
            await CallAsync(card, card.IsOld ? "tasks/get" : "GetTask", new JsonObject { ["id"] = taskId }, cancellationToken)
        );
    }

    /// <summary>Cancels a task.</summary>
    /// <param name="card">The agent's card.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<AgentTask> CancelAsync(A2ACard card, string taskId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(card);
        return Task(
            card,
            await CallAsync(card, card.IsOld ? "tasks/cancel" : "CancelTask", new JsonObject { ["id"] = taskId }, cancellationToken)
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private static JsonObject Sent(A2ACard card, AgentMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new JsonObject { ["message"] = A2AJson.Write(message, card.IsOld) };
    }

    private async Task<JsonElement> CallAsync(A2ACard card, string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await RequestAsync(
            card,
            method,
            parameters,
            "application/json",
            HttpCompletionOption.ResponseContentRead,
            cancellationToken
        );
        byte[] body = await _transport.ContentAsync(Endpoint(card), response, _options.MaxResponseBytes, cancellationToken);
        return Result(card, body);
    }

    private async IAsyncEnumerable<AgentEvent> FollowAsync(
        A2ACard card,
        string method,
        JsonObject parameters,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using HttpResponseMessage response = await RequestAsync(
            card,
            method,
            parameters,
            "text/event-stream",
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken
        );
        await AgentTransport.RequireSuccessAsync(Endpoint(card), response, cancellationToken);
        if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            // An error comes as one JSON document.
            Result(card, await _transport.ContentAsync(Endpoint(card), response, _options.MaxResponseBytes, cancellationToken));
            throw Damaged(card, "is no stream");
        }
        EventStreamReader reader = new(await response.Content.ReadAsStreamAsync(cancellationToken));
        await foreach (EventStreamItem item in reader.ReadAsync(cancellationToken))
        {
            if (A2AJson.ReadEvent(Result(card, Encoding.UTF8.GetBytes(item.Data))) is { } next)
            {
                yield return next;
            }
        }
    }

    private async Task<HttpResponseMessage> RequestAsync(
        A2ACard card,
        string method,
        JsonObject parameters,
        string accept,
        HttpCompletionOption completion,
        CancellationToken cancellationToken
    )
    {
        byte[] body = Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = Interlocked.Increment(ref _id),
                ["method"] = method,
                ["params"] = parameters,
            }.ToJsonString()
        );
        return await _transport.SendAsync(
            () =>
            {
                HttpRequestMessage request = new(HttpMethod.Post, Endpoint(card)) { Content = new ByteArrayContent(body) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                request.Headers.TryAddWithoutValidation("Accept", accept);
                request.Headers.TryAddWithoutValidation("A2A-Version", card.IsOld ? "0.3" : "1.0");
                return request;
            },
            repeatable: false,
            completion,
            cancellationToken
        );
    }

    private static JsonElement Result(A2ACard card, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 64 });
            JsonElement root = document.RootElement;
            if (
                root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("error", out JsonElement error)
                && error.ValueKind == JsonValueKind.Object
            )
            {
                int code = error.TryGetProperty("code", out JsonElement c) && c.TryGetInt32(out int n) ? n : 0;
                throw new AgentRefusedException(
                    Endpoint(card),
                    code,
                    null,
                    error.TryGetProperty("message", out JsonElement m) ? m.ToString() : "error",
                    null
                );
            }
            return root.GetProperty("result").Clone();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Damaged(card, "is no JSON-RPC", e);
        }
    }

    private static AgentTask Task(A2ACard card, JsonElement result)
    {
        try
        {
            return A2AJson.ReadTask(result);
        }
        catch (Exception e) when (e is AgentRefusalLike or KeyNotFoundException or InvalidOperationException)
        {
            throw Damaged(card, "is no task", e);
        }
    }

    private static Uri Endpoint(A2ACard card) =>
        card.Endpoint ?? throw new ArgumentException($"The card names no endpoint: {string.Join("; ", card.Problems)}.", nameof(card));

    private static AgentUnreachableException Damaged(A2ACard card, string what, Exception? cause = null) =>
        new(Endpoint(card), $"answer {what}", 1, TimeSpan.Zero, cause);
}
