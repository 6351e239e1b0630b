using System.Diagnostics;
using System.Text.Json;

namespace ResearchKit.Agents.Hosting;

/// <summary>A message is posted to an agent: the answer is a message, a task, or a stream of events.</summary>
internal static class MessageEndpoint
{
    private const int MostKey = 255;

    internal static async Task PostAsync(AgentCall call)
    {
        AgentMessage message = Read(call);
        await AgentSessions.OpenAsync(call);
        using Activity? span = AgentTelemetry.Source.StartActivity("agent.message");
        span?.SetTag("agent.name", call.Runtime.Options.Name).SetTag("agent.skill", message.Skill);
        string? key = Key(call, message);
        if (key is not null && await ReplayAsync(call, message, key))
        {
            AgentTelemetry.Requests.Add(
                1,
                new("agent", call.Runtime.Options.Name),
                new KeyValuePair<string, object?>("outcome", "replayed")
            );
            return;
        }
        AgentRequest request;
        try
        {
            request = await RequestAsync(call, message);
        }
        catch when (key is not null)
        {
            // Nothing ran: the key stays free for the request as it should be.
            await call.Services.Keys.ReleaseAsync(key);
            throw;
        }
        await AnswerAsync(call, request, key);
        AgentTelemetry.Requests.Add(1, new("agent", call.Runtime.Options.Name), new KeyValuePair<string, object?>("outcome", "handled"));
    }

    private static async Task AnswerAsync(AgentCall call, AgentRequest request, string? key)
    {
        (TimeSpan wait, bool atOnce) = call.Preference();
        bool stream = call.Accepts("text/event-stream");
        (AgentMessage? reply, LiveTask? task) = await call.Runtime.BeginAsync(request, call.Owner, stream ? TimeSpan.Zero : wait, atOnce);
        if (task is not null && !stream && !atOnce)
        {
            await task.WaitForRestAsync(wait, call.Context.RequestAborted);
        }
        await AgentSessions.SaveAsync(call, changes: task is null);
        if (reply is not null)
        {
            byte[] body = JsonSerializer.SerializeToUtf8Bytes(new SendReply(reply, null), AgentJson.Default.SendReply);
            await KeepAsync(call, key, new StoredAnswer(200, body, null));
            await (stream ? EventStreams.SendMessageAsync(call, reply) : call.SendAsync(200, body));
            return;
        }
        AgentTask now = task!.Task;
        int status = stream || task.IsAtRest ? 200 : 202;
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(new SendReply(null, now), AgentJson.Default.SendReply);
        await KeepAsync(call, key, new StoredAnswer(status, json, now.Id));
        call.Response.Headers.Location = $"{call.Url}/tasks/{now.Id}";
        await (stream ? EventStreams.SendAsync(call, task, 0, endAtRest: true) : call.SendAsync(status, json));
    }

    private static async Task KeepAsync(AgentCall call, string? key, StoredAnswer answer)
    {
        if (key is not null)
        {
            await call.Services.Keys.CompleteAsync(key, answer);
        }
    }

    internal static AgentMessage Read(AgentCall call)
    {
        string? type = call.Request.ContentType?.Split(';')[0].Trim();
        if (type is not null && type != "application/json" && !type.EndsWith("+json", StringComparison.Ordinal))
        {
            throw new AgentRefusal(415, "media-type", $"{type} is not taken.", "Send application/json.");
        }
        SendRequest? sent;
        try
        {
            sent = JsonSerializer.Deserialize(StrictJson.WithoutMark(call.Body.Span), AgentJson.Default.SendRequest);
        }
        catch (JsonException e)
        {
            throw StrictJson.Problem(call.Body.Span, 32) is { } problem
                ? new AgentRefusal(400, "invalid-json", "The body is no JSON that is taken.", problem)
                : new AgentRefusal(422, "invalid-message", "The message is not as it must be.", e.Message, e.Path);
        }
        if (sent?.Message is not { } message)
        {
            throw new AgentRefusal(422, "invalid-message", "The message is not as it must be.", "is missing", "message");
        }
        return message.Problem() is { } wrong
            ? throw new AgentRefusal(422, "invalid-message", "The message is not as it must be.", wrong.Reason, $"message.{wrong.Member}")
            : message;
    }

    internal static async Task<AgentRequest> RequestAsync(AgentCall call, AgentMessage message)
    {
        AgentOptions options = call.Runtime.Options;
        if (message.Skill is { } skill && options.Skills.All(s => s.Id != skill))
        {
            throw new AgentRefusal(
                422,
                "no-skill",
                "The agent has no such skill.",
                $"It has {string.Join(", ", options.Skills.Select(s => s.Id))}.",
                "message.skill"
            );
        }
        return new AgentRequest
        {
            Message = message,
            Principal = call.Principal,
            State = call.State,
            Protocol = Protocol(options, message),
            Task = message.TaskId is { } id ? await GoOnAsync(call, message, id) : null,
        };
    }

    internal static ProtocolDocument? Protocol(AgentOptions options, AgentMessage message)
    {
        if (message.Protocol is not { } digest)
        {
            return null;
        }
        ProtocolDocument protocol =
            options.Protocols.FirstOrDefault(p => p.Sha256.Hex == digest || p.AgoraId == digest)
            ?? throw new AgentRefusal(
                422,
                "protocol-unavailable",
                "The agent does not know the protocol document.",
                digest,
                "message.protocol"
            );
        if (protocol.RequestSchema is { } schema)
        {
            JsonElement? data = message.Parts.FirstOrDefault(p => p.Data is not null)?.Data;
            string? problem =
                data is null ? "no part holds data"
                : new JsonSchemaValidator(schema).Validate(data.Value) is [{ } first, ..] ? first.ToString()
                : null;
            if (problem is not null)
            {
                throw new AgentRefusal(422, "protocol-violated", "The data do not follow the protocol document.", problem, "message.parts");
            }
        }
        return protocol;
    }

    private static async Task<AgentTask> GoOnAsync(AgentCall call, AgentMessage message, string id)
    {
        LiveTask live = await call.Runtime.OpenAsync(id, call.Owner) ?? throw AgentRefusal.NotFound("task");
        AgentTask task = live.Task;
        if (message.ContextId is { } context && context != task.ContextId)
        {
            throw new AgentRefusal(422, "context-mismatch", "The task belongs to another conversation.", null, "message.contextId");
        }
        // It may be canceled between the look and the append.
        return !task.IsTerminal && TaskTransitions.IsInterrupted(task.Status.State) && await live.AppendAsync(new MessageEvent(message))
            ? live.Task
            : throw AgentRefusal.NotWaiting(live.Task.Status.State);
    }

    /// <summary>The store's name of an idempotency key: a key, or a message's id within a session.</summary>
    private static string? Key(AgentCall call, AgentMessage message)
    {
        string header = call.Request.Headers["Idempotency-Key"].ToString();
        if (header.Length == 0)
        {
            return call.State is { Mode: StateMode.Session, Record.Version: > 0 }
                ? $"{call.Runtime.Id}\n{call.Caller}\nm:{message.MessageId}"
                : null;
        }
        string key = header is ['"', .. string inner, '"'] ? inner : header;
        if (key.Length is 0 or > MostKey || key.Any(c => c is <= ' ' or > '~' or '"'))
        {
            throw new AgentRefusal(400, "invalid-key", "Idempotency-Key has 1 to 255 visible ASCII characters, in quotes.");
        }
        return $"{call.Runtime.Id}\n{call.Caller}\nk:{key}";
    }

    private static async Task<bool> ReplayAsync(AgentCall call, AgentMessage message, string key)
    {
        bool takeOver = message.Skill is { } skill && call.Runtime.Options.IdempotentSkills.Contains(skill);
        IdempotencyClaim claim = await call.Services.Keys.TakeAsync(key, ContentDigest.Of(call.Body.Span), takeOver);
        switch (claim.Outcome)
        {
            case IdempotencyOutcome.New:
                return false;
            case IdempotencyOutcome.OtherRequest:
                throw new AgentRefusal(422, "key-reused", "The idempotency key came with another request; nothing was carried out.");
            case IdempotencyOutcome.Running:
                throw new AgentRefusal(409, "key-running", "The request with this key is being carried out.") { RetryAfterSeconds = 1 };
            case IdempotencyOutcome.Unknown:
                throw new AgentRefusal(
                    409,
                    "outcome-unknown",
                    "The host ended while it carried out the request with this key; whether it had an effect is not known."
                );
            default:
                break;
        }
        StoredAnswer answer = claim.Answer!;
        call.Response.Headers["Idempotency-Replayed"] = "?1";
        await AgentSessions.SaveAsync(call, changes: false);
        if (answer.TaskId is { } id)
        {
            call.Response.Headers.Location = $"{call.Url}/tasks/{id}";
            if (call.Accepts("text/event-stream") && await call.Runtime.OpenAsync(id, call.Owner) is { } task)
            {
                await EventStreams.SendAsync(call, task, 0, endAtRest: true);
                return true;
            }
        }
        await call.SendAsync(answer.Status, answer.Body);
        return true;
    }
}
