using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ResearchKit.Agents.Hosting;

namespace ResearchKit.Agents.Bridges.A2A;

/// <summary>An agent spoken to by A2A 1.0 (JSON-RPC, HTTP and JSON) and 0.3 (JSON-RPC). The same tasks, owners, stores and streams as in the own profile; frames carry ids, and a reader may resume by them.</summary>
internal sealed class A2AEndpoint(MappedAgent agent)
{
    private const int MostPage = 100;

    internal Task CardAsync(AgentCall call)
    {
        byte[] card = Encoding.UTF8.GetBytes(Card(call).ToJsonString());
        return DocumentEndpoints.SendAsync(call, card, ContentDigest.Of(card), "application/json");
    }

    internal JsonObject Card(AgentCall call)
    {
        AgentDocument document = agent.Documents.Describe(call).Document;
        string url = $"{call.Url}/a2a";
        return new JsonObject
        {
            ["name"] = document.Name,
            ["description"] = document.Description,
            ["version"] = document.Version,
            ["supportedInterfaces"] = new JsonArray(
                new JsonObject
                {
                    ["url"] = url,
                    ["protocolBinding"] = "JSONRPC",
                    ["protocolVersion"] = "1.0",
                },
                new JsonObject
                {
                    ["url"] = url,
                    ["protocolBinding"] = "HTTP+JSON",
                    ["protocolVersion"] = "1.0",
                },
                new JsonObject
                {
                    ["url"] = url,
                    ["protocolBinding"] = "JSONRPC",
                    ["protocolVersion"] = "0.3",
                }
            ),
            ["capabilities"] = new JsonObject { ["streaming"] = true, ["pushNotifications"] = false },
            ["defaultInputModes"] = new JsonArray([.. document.Modes.Input.Select(m => (JsonNode)m)]),
            ["defaultOutputModes"] = new JsonArray([.. document.Modes.Output.Select(m => (JsonNode)m)]),
            ["skills"] = new JsonArray([
                .. document.Skills.Select(s =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["id"] = s.Id,
                            ["name"] = s.Name,
                            ["description"] = s.Description,
                            ["tags"] = new JsonArray([.. (s.Tags ?? []).Select(t => (JsonNode)t)]),
                        }
                ),
            ]),
        };
    }

    internal static async Task RpcAsync(AgentCall call)
    {
        JsonDocument document;
        try
        {
            RequireUtf8(call);
            document = JsonDocument.Parse(call.Body, new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            await SendAsync(call, 200, A2AError.Parse.Rpc(null));
            return;
        }
        using (document)
        {
            JsonElement request = document.RootElement;
            JsonNode? id = null;
            try
            {
                if (
                    request.ValueKind != JsonValueKind.Object
                    || request.TryGetProperty("jsonrpc", out JsonElement version) is false
                    || version.ValueKind != JsonValueKind.String
                    || version.GetString() != "2.0"
                )
                {
                    throw new A2AException(A2AError.InvalidRequest);
                }
                id = request.TryGetProperty("id", out JsonElement i) ? A2AJson.Node(i) : null;
                string method = A2AJson.Text(request, "method") ?? throw new A2AException(A2AError.InvalidRequest);
                JsonElement parameters = request.TryGetProperty("params", out JsonElement p) ? p : default;
                bool old = method.Contains('/', StringComparison.Ordinal);
                RequireVersion(call, old);
                await CallAsync(call, id, method, parameters, old);
            }
            catch (Exception e) when (Known(e) is { } error && !call.Response.HasStarted)
            {
                await SendAsync(call, 200, error.Rpc(id));
            }
        }
    }

    private static async Task CallAsync(AgentCall call, JsonNode? id, string method, JsonElement parameters, bool old)
    {
        if (parameters.ValueKind != JsonValueKind.Object && method is not ("ListTasks" or "GetExtendedAgentCard"))
        {
            throw new A2AException(A2AError.InvalidParams("params is no object"));
        }
        switch (method)
        {
            case "SendMessage" or "message/send":
                await SendAsync(call, 200, Rpc(id, await SendMessageAsync(call, parameters, old)));
                break;
            case "SendStreamingMessage" or "message/stream":
                await StreamAsync(call, parameters, old, json => Rpc(id, json));
                break;
            case "GetTask" or "tasks/get":
                await SendAsync(call, 200, Rpc(id, A2AJson.Write((await FindAsync(call, Id(parameters))).Task, old, History(parameters))));
                break;
            case "CancelTask" or "tasks/cancel":
                await SendAsync(call, 200, Rpc(id, A2AJson.Write(await CancelAsync(call, Id(parameters)), old)));
                break;
            case "SubscribeToTask" or "tasks/resubscribe":
                await SubscribeAsync(call, Id(parameters), old, json => Rpc(id, json));
                break;
            case "ListTasks":
                await SendAsync(call, 200, Rpc(id, await ListAsync(call, parameters)));
                break;
            case "GetExtendedAgentCard" or "agent/getAuthenticatedExtendedCard":
                throw new A2AException(A2AError.NoExtendedCard);
            default:
                throw new A2AException(
                    method.Contains("PushNotificationConfig", StringComparison.OrdinalIgnoreCase)
                        ? A2AError.NoPush
                        : A2AError.MethodNotFound
                );
        }
    }

    /// <summary>An operation over HTTP and JSON, with its errors.</summary>
    internal static async Task HttpAsync(AgentCall call, Func<AgentCall, JsonElement, Task> operation)
    {
        try
        {
            RequireVersion(call, old: false);
            RequireUtf8(call);
            using JsonDocument? body =
                call.Body.Length == 0 ? null : JsonDocument.Parse(call.Body, new JsonDocumentOptions { MaxDepth = 64 });
            await operation(call, body?.RootElement ?? default);
        }
        catch (Exception e) when (Known(e) is { } error && !call.Response.HasStarted)
        {
            await SendAsync(call, error.Status, error.Http());
        }
    }

    internal static async Task HttpSendAsync(AgentCall call, JsonElement body) =>
        await SendAsync(call, 200, await SendMessageAsync(call, body, old: false));

    internal static Task HttpStreamAsync(AgentCall call, JsonElement body) => StreamAsync(call, body, old: false, json => json);

    internal static async Task HttpTaskAsync(AgentCall call, JsonElement body)
    {
        string id = (string)call.Request.RouteValues["task"]!;
        (string task, string? action) = id.IndexOf(':', StringComparison.Ordinal) is > 0 and int colon
            ? (id[..colon], id[(colon + 1)..])
            : (id, null);
        switch (action, call.Request.Method)
        {
            case (null, "GET"):
                int? history =
                    int.TryParse(call.Request.Query["historyLength"], CultureInfo.InvariantCulture, out int k) && k >= 0 ? k : null;
                await SendAsync(call, 200, A2AJson.Write((await FindAsync(call, task)).Task, false, history));
                break;
            case ("cancel", "POST"):
                await SendAsync(call, 200, A2AJson.Write(await CancelAsync(call, task)));
                break;
            case ("subscribe", _):
                await SubscribeAsync(call, task, old: false, json => json);
                break;
            default:
                throw new A2AException(A2AError.MethodNotFound);
        }
    }

    internal static async Task HttpListAsync(AgentCall call, JsonElement body) => await SendAsync(call, 200, await ListAsync(call, body));

    private static async Task<JsonObject> SendMessageAsync(AgentCall call, JsonElement parameters, bool old)
    {
        bool atOnce =
            parameters.TryGetProperty("configuration", out JsonElement c)
            && c.ValueKind == JsonValueKind.Object
            && (
                A2AJson.Flag(c, "returnImmediately")
                || (c.TryGetProperty("blocking", out JsonElement b) && b.ValueKind == JsonValueKind.False)
            );
        (AgentMessage? message, LiveTask? task) = await BeginAsync(call, parameters, atOnce, call.Services.Options.DefaultWait);
        if (message is not null)
        {
            JsonObject json = A2AJson.Write(message, old);
            return old ? json : new JsonObject { ["message"] = json };
        }
        if (!atOnce)
        {
            await task!.WaitForRestAsync(call.Services.Options.DefaultWait, call.Context.RequestAborted);
        }
        JsonObject whole = A2AJson.Write(task!.Task, old, c.ValueKind == JsonValueKind.Object ? History(c) : null);
        return old ? whole : new JsonObject { ["task"] = whole };
    }

    private static async Task StreamAsync(AgentCall call, JsonElement parameters, bool old, Func<JsonObject, JsonObject> wrap)
    {
        (AgentMessage? message, LiveTask? task) = await BeginAsync(call, parameters, atOnce: false, TimeSpan.Zero);
        if (message is not null)
        {
            PipeWriter writer = EventStreams.Begin(call);
            Frame(writer, null, wrap(A2AJson.Write(new MessageEvent(message), null!, old)!));
            await writer.FlushAsync(call.Context.RequestAborted);
            return;
        }
        await FollowAsync(call, task!, 0, old, wrap);
    }

    private static async Task SubscribeAsync(AgentCall call, string id, bool old, Func<JsonObject, JsonObject> wrap)
    {
        LiveTask task = await FindAsync(call, id);
        bool resumes = EventId.TryParse(call.Request.Headers["Last-Event-ID"], out string? last, out long after) && last == id;
        if (task.Task.IsTerminal && !resumes)
        {
            throw new A2AException(A2AError.Unsupported($"The task is {task.Task.Status.State}; nothing more will come."));
        }
        if (resumes)
        {
            await FollowAsync(call, task, after, old, wrap);
            return;
        }
        // Without a place to go on from, the reader first gets the task as it is.
        AgentTask now = task.Task;
        PipeWriter writer = EventStreams.Begin(call);
        Frame(writer, EventId.Of(id, now.Sequence), wrap(A2AJson.Write(new TaskEvent(now), now, old)!));
        await FollowAsync(call, task, now.Sequence, old, wrap);
    }

    private static Task FollowAsync(AgentCall call, LiveTask task, long after, bool old, Func<JsonObject, JsonObject> wrap) =>
        EventStreams.SendAsync(
            call,
            task,
            after,
            endAtRest: true,
            (writer, logged) =>
            {
                if (AgentEventJson.Read(logged.Kind, logged.Json.Span) is { } e && A2AJson.Write(e, task.Task, old) is { } json)
                {
                    Frame(writer, EventId.Of(task.Task.Id, logged.Sequence), wrap(json));
                }
            }
        );

    private static void Frame(PipeWriter writer, string? id, JsonObject json)
    {
        if (id is not null)
        {
            writer.Write(Encoding.ASCII.GetBytes($"id: {id}\n"));
        }
        writer.Write("data: "u8);
        writer.Write(Encoding.UTF8.GetBytes(json.ToJsonString()));
        writer.Write("\n\n"u8);
    }

    private static async Task<(AgentMessage? Message, LiveTask? Task)> BeginAsync(
        AgentCall call,
        JsonElement parameters,
        bool atOnce,
        TimeSpan patience
    )
    {
        if (parameters.ValueKind != JsonValueKind.Object || !parameters.TryGetProperty("message", out JsonElement sent))
        {
            throw new A2AException(A2AError.InvalidParams("message is missing"));
        }
        AgentMessage message = A2AJson.ReadMessage(sent);
        if (message.Problem() is { } problem)
        {
            throw new A2AException(A2AError.InvalidParams($"message.{problem.Member} {problem.Reason}"));
        }
        AgentRequest request = await MessageEndpoint.RequestAsync(call, message);
        return await call.Runtime.BeginAsync(request, call.Owner, patience, atOnce);
    }

    private static async Task<LiveTask> FindAsync(AgentCall call, string id) =>
        await call.Runtime.OpenAsync(id, call.Owner) ?? throw AgentRefusal.NotFound("task");

    private static async Task<AgentTask> CancelAsync(AgentCall call, string id)
    {
        AgentTask task = await call.Runtime.CancelAsync(id, call.Owner) ?? throw AgentRefusal.NotFound("task");
        return task.Status.State == TaskState.Canceled
            ? task
            : throw new AgentRefusal(409, "task-final", $"The task is {task.Status.State} and cannot be canceled.");
    }

    private static async Task<JsonObject> ListAsync(AgentCall call, JsonElement parameters)
    {
        bool given = parameters.ValueKind == JsonValueKind.Object;
        string? Value(string name) => given ? A2AJson.Text(parameters, name) : (string?)call.Request.Query[name];
        int size = int.TryParse(Value("pageSize"), CultureInfo.InvariantCulture, out int s) ? s : 50;
        if (size is < 1 or > MostPage)
        {
            throw new A2AException(A2AError.InvalidParams($"pageSize is {size}; allowed is 1 to {MostPage}"));
        }
        _ = int.TryParse(Value("pageToken"), CultureInfo.InvariantCulture, out int skip);
        if (call.Owner.Length == 0)
        {
            return Page([], 0); // who proved nothing owns no list
        }
        TaskQuery query = new(Value("contextId"), Value("status") is { } state ? A2AJson.State(state) : null, size, Math.Max(0, skip))
        {
            ChangedAfter = DateTimeOffset.TryParse(Value("statusTimestampAfter"), CultureInfo.InvariantCulture, out DateTimeOffset t)
                ? t
                : null,
        };
        (IReadOnlyList<AgentTask> tasks, int total) = await call.Services.Tasks.ListAsync(call.Runtime.Id, call.Owner, query);
        bool artifacts = given && A2AJson.Flag(parameters, "includeArtifacts");
        return Page([.. tasks.Select(t => artifacts ? t : t with { Artifacts = null })], total);

        JsonObject Page(IReadOnlyList<AgentTask> page, int all) =>
            new()
            {
                ["tasks"] = new JsonArray([.. page.Select(t => (JsonNode)A2AJson.Write(t))]),
                ["nextPageToken"] = skip + page.Count < all ? (skip + page.Count).ToString(CultureInfo.InvariantCulture) : "",
                ["pageSize"] = page.Count,
                ["totalSize"] = all,
            };
    }

    private static void RequireUtf8(AgentCall call)
    {
        if (!System.Text.Unicode.Utf8.IsValid(call.Body.Span))
        {
            throw new JsonException("The body is no UTF-8.");
        }
    }

    // No version is 0.3; patches do not count.
    private static void RequireVersion(AgentCall call, bool old)
    {
        string asked = call.Request.Headers["A2A-Version"].ToString();
        asked = asked.Length > 0 ? asked : call.Request.Query["A2A-Version"].ToString();
        string[] parts = asked.Split('.');
        string version = parts.Length >= 2 ? $"{parts[0]}.{parts[1]}" : asked;
        if (version is not ("" or "1.0" or "0.3") || (version == "1.0" && old) || (version == "0.3" && !old))
        {
            throw new A2AException(version is "1.0" or "0.3" ? A2AError.MethodNotFound : A2AError.Version(asked));
        }
    }

    private static A2AError? Known(Exception e) =>
        e switch
        {
            A2AException a => a.Error,
            AgentRefusal r => A2AError.Of(r),
            AgentRefusalLike r => A2AError.InvalidParams(r.Message),
            JsonException => A2AError.Parse,
            KeyNotFoundException k => A2AError.InvalidParams(k.Message),
            _ => null,
        };

    private static string Id(JsonElement parameters) =>
        A2AJson.Text(parameters, "id") ?? throw new A2AException(A2AError.InvalidParams("id is missing"));

    private static int? History(JsonElement parameters) =>
        parameters.TryGetProperty("historyLength", out JsonElement k) && k.TryGetInt32(out int length) && length >= 0 ? length : null;

    private static JsonObject Rpc(JsonNode? id, JsonObject result) =>
        new()
        {
            ["jsonrpc"] = "2.0",
            ["id"] = id?.DeepClone(),
            ["result"] = result,
        };

    private static Task SendAsync(AgentCall call, int status, JsonObject json) =>
        call.SendAsync(status, Encoding.UTF8.GetBytes(json.ToJsonString()));
}

/// <summary>An error of A2A on its way out.</summary>
internal sealed class A2AException(A2AError error) : Exception(error.Message)
{
    internal A2AError Error => error;
}
