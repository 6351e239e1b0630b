using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ResearchKit.Agents;

/// <summary>
/// Speaks to agents: reads their documents, sends messages, follows tasks. Connections obey the outbound policy; nothing is sent to another origin than the one asked for; a stream that breaks is
/// resumed where it broke, and its events are checked to be without gap and unchanged.
/// </summary>
public sealed class AgentClient : IDisposable
{
    private readonly AgentTransport _transport;
    private readonly ConcurrentDictionary<string, InteractionDocument> _interactions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _sealed = new(StringComparer.Ordinal);

    /// <summary>Makes a client.</summary>
    /// <param name="options">How it speaks.</param>
    /// <param name="http">A client of your own (tests, a proxy); null: one whose connections obey the policy. It is not disposed.</param>
    public AgentClient(AgentClientOptions? options = null, HttpClient? http = null)
    {
        Options = options ?? new();
        _transport = new AgentTransport(Options, http);
    }

    /// <summary>How it speaks.</summary>
    public AgentClientOptions Options { get; }

    /// <summary>Reads an agent's document.</summary>
    /// <param name="agent">The agent's address.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DocumentRejectedException">The document breaks a limit or a rule.</exception>
    /// <exception cref="AgentUnreachableException">The agent does not answer.</exception>
    /// <exception cref="AgentRefusedException">It answers with an error.</exception>
    public async Task<AgentDocument> DescribeAsync(Uri agent, CancellationToken cancellationToken = default)
    {
        byte[] json = await _transport.ReadAsync(agent, AgentDocument.MediaType, AgentDocumentReader.MostBytes, cancellationToken);
        return AgentDocumentReader.Read(json, agent);
    }

    /// <summary>Reads an agent's interaction document, and checks its digest. What was read once is kept by its digest.</summary>
    /// <param name="document">The agent's document.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">The digest is not the announced one (<see cref="AgentErrors.DigestMismatch"/>).</exception>
    public async Task<InteractionDocument> InteractionAsync(AgentDocument document, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        string? announced = document.Interaction.Digest is { } digest ? ContentDigest.Parse(digest).Hex : null;
        if (announced is not null && _interactions.TryGetValue(announced, out InteractionDocument? known))
        {
            return known;
        }
        Uri url = new(document.Interaction.Url);
        byte[] bytes = await _transport.ReadAsync(url, "text/markdown", InteractionDocument.MostCharacters, cancellationToken);
        string actual = ContentDigest.Of(bytes).Hex;
        if (announced is not null && actual != announced)
        {
            throw Mismatch(announced, actual, url);
        }
        InteractionDocument read = new(Encoding.UTF8.GetString(bytes));
        _interactions.TryAdd(actual, read);
        return read;
    }

    /// <summary>Reads a protocol document of an agent by its digest.</summary>
    /// <param name="agent">The agent's address.</param>
    /// <param name="digest">The digest.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">The text has another digest (<see cref="AgentErrors.DigestMismatch"/>).</exception>
    public async Task<ProtocolDocument> ProtocolAsync(Uri agent, ContentDigest digest, CancellationToken cancellationToken = default)
    {
        Uri url = Below(agent, $"protocols/{digest.Hex}");
        byte[] bytes = await _transport.ReadAsync(url, "text/markdown", ProtocolDocument.MostSourceBytes * 4, cancellationToken);
        ContentDigest actual = ContentDigest.Of(bytes);
        return actual == digest ? new ProtocolDocument(Encoding.UTF8.GetString(bytes)) : throw Mismatch(digest.Hex, actual.Hex, url);
    }

    /// <summary>Sends a text and waits for the answer.</summary>
    /// <param name="agent">The agent's address.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<AgentReply> SendAsync(Uri agent, string text, CancellationToken cancellationToken = default) =>
        SendAsync(agent, AgentMessage.FromUser(text), null, cancellationToken);

    /// <summary>Sends a message and waits for the answer: a message, or a task that may not be finished.</summary>
    /// <param name="agent">The agent's address.</param>
    /// <param name="message">The message.</param>
    /// <param name="options">How it is sent.</param>
    /// <param name="cancellationToken">Cancels the waiting, not the task.</param>
    /// <exception cref="AgentUnreachableException">The agent does not answer.</exception>
    /// <exception cref="AgentRefusedException">It answers with an error.</exception>
    public async Task<AgentReply> SendAsync(
        Uri agent,
        AgentMessage message,
        SendOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        byte[] body = Body(message);
        using HttpResponseMessage response = await _transport.SendAsync(
            () => Post(agent, body, options, "application/json"),
            repeatable: options.IdempotencyKey is not null,
            HttpCompletionOption.ResponseContentRead,
            cancellationToken
        );
        Remember(agent, response);
        byte[] json = await _transport.ContentAsync(agent, response, Options.MaxResponseBytes, cancellationToken);
        SendReply reply = AgentTransport.Parse(agent, json, AgentJson.Default.SendReply);
        return reply.Message is null && reply.Task is null
            ? throw new AgentUnreachableException(agent, "answer holds neither message nor task", 1, TimeSpan.Zero)
            : new AgentReply(reply.Message, reply.Task) { Replayed = response.Headers.Contains("Idempotency-Replayed") };
    }

    /// <summary>Sends a message and follows what happens. A stream that breaks is resumed.</summary>
    /// <param name="agent">The agent's address.</param>
    /// <param name="message">The message.</param>
    /// <param name="options">How it is sent.</param>
    /// <param name="cancellationToken">Cancels the following, not the task.</param>
    /// <exception cref="AgentUnreachableException">The agent does not answer, or its stream is damaged.</exception>
    /// <exception cref="AgentRefusedException">It answers with an error.</exception>
    public IAsyncEnumerable<AgentEvent> StreamAsync(
        Uri agent,
        AgentMessage message,
        SendOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        SendOptions how = options ?? new();
        byte[] body = Body(message);
        return FollowAsync(
            agent,
            () => Post(agent, body, how, "text/event-stream"),
            null,
            0,
            how.IdempotencyKey is not null,
            cancellationToken
        );
    }

    /// <summary>Follows a task from where one stopped.</summary>
    /// <param name="agent">The agent's address.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="after">The sequence of the last event one has; 0: from the start.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public IAsyncEnumerable<AgentEvent> ResumeAsync(
        Uri agent,
        string taskId,
        long after = 0,
        CancellationToken cancellationToken = default
    ) => FollowAsync(agent, null, taskId, after, true, cancellationToken);

    /// <summary>The state of a task.</summary>
    /// <param name="agent">The agent's address.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="wait">How long the agent may wait for it to rest.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<AgentTask> TaskAsync(Uri agent, string taskId, TimeSpan? wait = null, CancellationToken cancellationToken = default)
    {
        Uri url = Below(agent, $"tasks/{Uri.EscapeDataString(taskId)}");
        return await TaskOfAsync(HttpMethod.Get, agent, url, wait, cancellationToken);
    }

    /// <summary>Cancels a task.</summary>
    /// <param name="agent">The agent's address.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="AgentRefusedException">There is no such task, or it is final.</exception>
    public async Task<AgentTask> CancelAsync(Uri agent, string taskId, CancellationToken cancellationToken = default) =>
        await TaskOfAsync(HttpMethod.Delete, agent, Below(agent, $"tasks/{Uri.EscapeDataString(taskId)}"), null, cancellationToken);

    /// <summary>Ends the session with an agent, if there is one.</summary>
    /// <param name="agent">The agent's address.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task EndSessionAsync(Uri agent, CancellationToken cancellationToken = default)
    {
        _sealed.TryRemove(Key(agent), out _);
        if (_sessions.TryRemove(Key(agent), out string? id))
        {
            using HttpResponseMessage response = await _transport.SendAsync(
                () => new HttpRequestMessage(HttpMethod.Delete, Below(agent, $"sessions/{id}")),
                repeatable: true,
                HttpCompletionOption.ResponseContentRead,
                cancellationToken
            );
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private async IAsyncEnumerable<AgentEvent> FollowAsync(
        Uri agent,
        Func<HttpRequestMessage>? begin,
        string? taskId,
        long after,
        bool repeatable,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        StreamCheck check = new(taskId, after);
        int failures = 0;
        while (true)
        {
            HttpResponseMessage response = await _transport.SendAsync(
                check.TaskId is { } known ? () => Events(agent, known, check.Sequence) : begin!,
                repeatable,
                HttpCompletionOption.ResponseHeadersRead,
                cancellationToken
            );
            await using ConfiguredAsyncDisposableResponse held = new(response);
            await AgentTransport.RequireSuccessAsync(agent, response, cancellationToken);
            Remember(agent, response);
            EventStreamReader reader = new(await response.Content.ReadAsStreamAsync(cancellationToken));
            await using IAsyncEnumerator<EventStreamItem> items = reader.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            bool broke = false;
            while (!broke)
            {
                AgentEvent? next;
                try
                {
                    if (!await items.MoveNextAsync())
                    {
                        break;
                    }
                    next = check.Take(agent, items.Current);
                }
                catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
                {
                    broke = true;
                    continue;
                }
                if (next is not null)
                {
                    failures = 0;
                    yield return next;
                }
            }
            if (check.IsOver)
            {
                yield break;
            }
            if (++failures > Options.MostReconnections || check.TaskId is null)
            {
                throw new AgentUnreachableException(agent, "stream ended before the task", failures, TimeSpan.Zero);
            }
            await Task.Delay(Options.RetryDelay * Math.Min(failures, 8), Options.Clock, cancellationToken);
        }
    }

    private HttpRequestMessage Post(Uri agent, byte[] body, SendOptions options, string accept)
    {
        HttpRequestMessage request = new(HttpMethod.Post, agent) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (options.IdempotencyKey is { } key)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", $"\"{key}\"");
        }
        if (options.RespondAsync)
        {
            request.Headers.TryAddWithoutValidation("Prefer", "respond-async");
        }
        else if (options.Wait is { } wait)
        {
            request.Headers.TryAddWithoutValidation("Prefer", $"wait={(int)wait.TotalSeconds}");
        }
        Name(agent, request);
        return request;
    }

    private HttpRequestMessage Events(Uri agent, string taskId, long after)
    {
        HttpRequestMessage request = new(HttpMethod.Get, Below(agent, $"tasks/{Uri.EscapeDataString(taskId)}/events"));
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        if (after > 0)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", EventId.Of(taskId, after));
        }
        Name(agent, request);
        return request;
    }

    private async Task<AgentTask> TaskOfAsync(HttpMethod method, Uri agent, Uri url, TimeSpan? wait, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _transport.SendAsync(
            () =>
            {
                HttpRequestMessage request = new(method, url);
                Name(agent, request);
                if (wait is { } w)
                {
                    request.Headers.TryAddWithoutValidation("Prefer", $"wait={(int)w.TotalSeconds}");
                }
                return request;
            },
            repeatable: true,
            HttpCompletionOption.ResponseContentRead,
            cancellationToken
        );
        byte[] json = await _transport.ContentAsync(url, response, Options.MaxResponseBytes, cancellationToken);
        return AgentTransport.Parse(url, json, AgentJson.Default.AgentTask);
    }

    // Sessions are kept for each agent's address: nothing of one agent reaches another.
    private void Name(Uri agent, HttpRequestMessage request)
    {
        if (_sessions.TryGetValue(Key(agent), out string? session))
        {
            request.Headers.TryAddWithoutValidation(Hosting.AgentSessions.Header, session);
        }
        if (_sealed.TryGetValue(Key(agent), out string? token))
        {
            request.Headers.TryAddWithoutValidation(Hosting.AgentSessions.SealedHeader, token);
        }
    }

    private void Remember(Uri agent, HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues(Hosting.AgentSessions.Header, out IEnumerable<string>? session))
        {
            _sessions[Key(agent)] = session.First();
        }
        if (response.Headers.TryGetValues(Hosting.AgentSessions.SealedHeader, out IEnumerable<string>? token))
        {
            _sealed[Key(agent)] = token.First();
        }
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            _sessions.TryRemove(Key(agent), out _);
        }
    }

    private static string Key(Uri agent) => agent.GetLeftPart(UriPartial.Path);

    private static byte[] Body(AgentMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Problem() is { } problem
            ? throw new ArgumentException($"{problem.Member}: {problem.Reason}.", nameof(message))
            : JsonSerializer.SerializeToUtf8Bytes(new SendRequest { Message = message }, AgentJson.Default.SendRequest);
    }

    internal static Uri Below(Uri agent, string path) => new($"{agent.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{path}");

    private static ResearchKitException Mismatch(string expected, string actual, Uri url) =>
        new(
            AgentErrors.DigestMismatch,
            $"{url} has the digest {actual}; announced was {expected}.",
            "Read the agent's document again; do not use this text."
        );

    private readonly struct ConfiguredAsyncDisposableResponse(HttpResponseMessage response) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            response.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Checks that a stream has no gap, no repetition, and the chain of digests that its server wrote.</summary>
    private sealed class StreamCheck(string? taskId, long after)
    {
        private string? _digest;

        internal string? TaskId { get; private set; } = taskId;

        internal long Sequence { get; private set; } = after;

        internal bool IsOver { get; private set; }

        /// <summary>The next event; null for one that was there before or that this version does not know.</summary>
        internal AgentEvent? Take(Uri agent, EventStreamItem item)
        {
            if (item.Event == "problem")
            {
                throw new IOException(item.Data); // the server closed this reader; it resumes
            }
            byte[] json = Encoding.UTF8.GetBytes(item.Data);
            AgentEvent? next;
            try
            {
                next = AgentEventJson.Read(item.Event, json);
            }
            catch (JsonException e)
            {
                throw new AgentUnreachableException(agent, "event is not as it must be", 1, TimeSpan.Zero, e);
            }
            if (next is null)
            {
                return null;
            }
            if (next.Sequence == 0 && next is MessageEvent)
            {
                IsOver = true;
                return next;
            }
            if (next is TaskEvent { Gap: true } snapshot)
            {
                (TaskId, Sequence, _digest) = (next.TaskId, next.Sequence, null);
                IsOver = snapshot.Task.IsTerminal || TaskTransitions.IsInterrupted(snapshot.Task.Status.State);
                return next;
            }
            if (TaskId is not null && next.Sequence <= Sequence)
            {
                return null;
            }
            if (next.Sequence != Sequence + 1 || (_digest is not null && next.Previous != _digest))
            {
                throw new AgentUnreachableException(agent, $"event {next.Sequence} does not follow event {Sequence}", 1, TimeSpan.Zero);
            }
            (TaskId, Sequence) = (next.TaskId, next.Sequence);
            _digest = Convert.ToHexStringLower(SHA256.HashData(json));
            IsOver =
                next is StatusEvent { Status.State: var state }
                && (TaskTransitions.IsTerminal(state) || TaskTransitions.IsInterrupted(state));
            return next;
        }
    }
}
