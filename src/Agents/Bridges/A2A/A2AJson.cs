using System.Text.Json;
using System.Text.Json.Nodes;

namespace ResearchKit.Agents.Bridges.A2A;

/// <summary>
/// Messages, tasks and events as A2A 1.0 writes them (ProtoJSON: camelCase, enums by their whole names, no discriminators), and as 0.3 does. Reading takes both, and snake_case; what A2A has no member for travels in its
/// metadata, what this library has no member for is kept as unknown.
/// </summary>
internal static class A2AJson
{
    private const string SkillKey = "woa:skill";
    private const string ProtocolKey = "woa:protocol";

    internal static JsonObject Write(AgentMessage message, bool old = false)
    {
        JsonObject json = new() { ["messageId"] = message.MessageId };
        if (old)
        {
            json["kind"] = "message";
        }
        Put(json, "contextId", message.ContextId);
        Put(json, "taskId", message.TaskId);
        json["role"] = (old, message.Role) switch
        {
            (true, AgentRole.User) => "user",
            (true, _) => "agent",
            (false, AgentRole.User) => "ROLE_USER",
            _ => "ROLE_AGENT",
        };
        json["parts"] = new JsonArray([.. message.Parts.Select(p => (JsonNode)Write(p, old))]);
        JsonObject metadata = Object(message.Metadata) ?? [];
        Put(metadata, SkillKey, message.Skill);
        Put(metadata, ProtocolKey, message.Protocol);
        if (metadata.Count > 0)
        {
            json["metadata"] = metadata;
        }
        if (message.References is { Count: > 0 } references)
        {
            json["referenceTaskIds"] = new JsonArray([.. references.Select(r => (JsonNode)r)]);
        }
        Keep(json, message.Unknown);
        return json;
    }

    internal static JsonObject Write(AgentPart part, bool old = false)
    {
        JsonObject json = [];
        if (old)
        {
            json["kind"] =
                part.Text is not null ? "text"
                : part.Data is not null ? "data"
                : "file";
            if (part.Url is not null || part.Raw is not null)
            {
                JsonObject file = [];
                Put(file, "uri", part.Url);
                Put(file, "bytes", part.Raw is { } bytes ? Convert.ToBase64String(bytes) : null);
                Put(file, "mimeType", part.MediaType);
                Put(file, "name", part.Filename);
                json["file"] = file;
            }
            Put(json, "text", part.Text);
        }
        else
        {
            Put(json, "text", part.Text);
            Put(json, "url", part.Url);
            Put(json, "raw", part.Raw is { } bytes ? Convert.ToBase64String(bytes) : null);
            Put(json, "mediaType", part.MediaType);
            Put(json, "filename", part.Filename);
        }
        if (part.Data is { } data)
        {
            json["data"] = Node(data);
        }
        if (Object(part.Metadata) is { } metadata)
        {
            json["metadata"] = metadata;
        }
        Keep(json, part.Unknown);
        return json;
    }

    internal static JsonObject Write(AgentTask task, bool old = false, int? history = null)
    {
        JsonObject json = new() { ["id"] = task.Id, ["contextId"] = task.ContextId };
        if (old)
        {
            json["kind"] = "task";
        }
        json["status"] = Write(task.Status, old);
        if (task.Artifacts is { Count: > 0 } artifacts)
        {
            json["artifacts"] = new JsonArray([.. artifacts.Select(a => (JsonNode)Write(a, old))]);
        }
        AgentMessage[] said = [.. history is { } k ? (task.History ?? []).TakeLast(k) : task.History ?? []];
        if (said.Length > 0)
        {
            json["history"] = new JsonArray([.. said.Select(m => (JsonNode)Write(m, old))]);
        }
        if (Object(task.Metadata) is { } metadata)
        {
            json["metadata"] = metadata;
        }
        return json;
    }

    internal static JsonObject Write(TaskStatusInfo status, bool old)
    {
        JsonObject json = new()
        {
            ["state"] = Name(status.State, old),
            ["timestamp"] = status.Timestamp.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
                System.Globalization.CultureInfo.InvariantCulture
            ),
        };
        if (status.Message is { } message)
        {
            json["message"] = Write(message, old);
        }
        return json;
    }

    internal static JsonObject Write(AgentArtifact artifact, bool old)
    {
        JsonObject json = new()
        {
            ["artifactId"] = artifact.ArtifactId,
            ["parts"] = new JsonArray([.. artifact.Parts.Select(p => (JsonNode)Write(p, old))]),
        };
        Put(json, "name", artifact.Name);
        Put(json, "description", artifact.Description);
        if (Object(artifact.Metadata) is { } metadata)
        {
            json["metadata"] = metadata;
        }
        return json;
    }

    /// <summary>An event of a stream; null for one that A2A has no word for.</summary>
    internal static JsonObject? Write(AgentEvent value, AgentTask task, bool old)
    {
        switch (value)
        {
            case TaskEvent e:
                JsonObject whole = Write(e.Task, old);
                return old ? whole : new JsonObject { ["task"] = whole };
            case StatusEvent e:
                JsonObject status = new()
                {
                    ["taskId"] = task.Id,
                    ["contextId"] = task.ContextId,
                    ["status"] = Write(e.Status, old),
                };
                if (old)
                {
                    status["kind"] = "status-update";
                    status["final"] = TaskTransitions.IsTerminal(e.Status.State) || TaskTransitions.IsInterrupted(e.Status.State);
                    return status;
                }
                return new JsonObject { ["statusUpdate"] = status };
            case ArtifactEvent e:
                JsonObject artifact = new()
                {
                    ["taskId"] = task.Id,
                    ["contextId"] = task.ContextId,
                    ["artifact"] = Write(e.Artifact, old),
                };
                artifact["append"] = e.Append;
                artifact["lastChunk"] = e.LastChunk;
                if (old)
                {
                    artifact["kind"] = "artifact-update";
                    return artifact;
                }
                return new JsonObject { ["artifactUpdate"] = artifact };
            case MessageEvent { Message.Role: AgentRole.Agent } e when value.Sequence == 0:
                return old ? Write(e.Message, old) : new JsonObject { ["message"] = Write(e.Message, old) };
            default:
                return null;
        }
    }

    internal static AgentMessage ReadMessage(JsonElement json)
    {
        Require(json, JsonValueKind.Object, "message");
        Dictionary<string, JsonElement>? metadata = Map(json, "metadata");
        string? skill = Take(metadata, SkillKey);
        string? protocol = Take(metadata, ProtocolKey);
        string role = Text(json, "role") ?? throw new AgentRefusalLike("message.role is missing");
        return new AgentMessage
        {
            MessageId = Text(json, "messageId", "message_id") ?? throw new AgentRefusalLike("message.messageId is missing"),
            Role = role switch
            {
                "ROLE_USER" or "user" or "1" => AgentRole.User,
                "ROLE_AGENT" or "agent" or "2" => AgentRole.Agent,
                _ => throw new AgentRefusalLike($"message.role is none of ROLE_USER, ROLE_AGENT"),
            },
            Parts = [.. Items(json, "parts").Select(ReadPart)],
            ContextId = Text(json, "contextId", "context_id"),
            TaskId = Text(json, "taskId", "task_id"),
            References = json.TryGetProperty("referenceTaskIds", out _)
                ? [.. Items(json, "referenceTaskIds").Select(r => r.GetString() ?? "")]
                : null,
            Skill = skill,
            Protocol = protocol,
            Metadata = metadata is { Count: > 0 } ? metadata : null,
            Unknown = Rest(
                json,
                "messageId",
                "message_id",
                "role",
                "parts",
                "contextId",
                "context_id",
                "taskId",
                "task_id",
                "referenceTaskIds",
                "metadata",
                "kind"
            ),
        };
    }

    internal static AgentPart ReadPart(JsonElement json)
    {
        Require(json, JsonValueKind.Object, "part");
        JsonElement? file = json.TryGetProperty("file", out JsonElement f) && f.ValueKind == JsonValueKind.Object ? f : null;
        string? raw = Text(json, "raw") ?? (file is { } a ? Text(a, "bytes") : null);
        try
        {
            return new AgentPart
            {
                Text = Text(json, "text"),
                Data = json.TryGetProperty("data", out JsonElement data) && data.ValueKind != JsonValueKind.Null ? data.Clone() : null,
                Url = Text(json, "url") ?? (file is { } b ? Text(b, "uri") : null),
                Raw = raw is null ? null : Convert.FromBase64String(raw),
                MediaType = Text(json, "mediaType", "media_type") ?? (file is { } c ? Text(c, "mimeType") : null),
                Filename = Text(json, "filename") ?? (file is { } d ? Text(d, "name") : null),
                Metadata = Map(json, "metadata"),
                Unknown = Rest(json, "text", "data", "url", "raw", "mediaType", "media_type", "filename", "metadata", "kind", "file"),
            };
        }
        catch (FormatException)
        {
            throw new AgentRefusalLike("part.raw is no base64");
        }
    }

    internal static AgentTask ReadTask(JsonElement json)
    {
        Require(json, JsonValueKind.Object, "task");
        return new AgentTask
        {
            Id = Text(json, "id") ?? throw new AgentRefusalLike("task.id is missing"),
            ContextId = Text(json, "contextId", "context_id") ?? "",
            Status = ReadStatus(json.GetProperty("status")),
            Artifacts = json.TryGetProperty("artifacts", out _) ? [.. Items(json, "artifacts").Select(ReadArtifact)] : null,
            History = json.TryGetProperty("history", out _) ? [.. Items(json, "history").Select(ReadMessage)] : null,
            Metadata = Map(json, "metadata"),
        };
    }

    internal static TaskStatusInfo ReadStatus(JsonElement json) =>
        new(
            State(Text(json, "state")),
            json.TryGetProperty("timestamp", out JsonElement t) && t.TryGetDateTimeOffset(out DateTimeOffset time) ? time : default,
            json.TryGetProperty("message", out JsonElement m) && m.ValueKind == JsonValueKind.Object ? ReadMessage(m) : null
        );

    internal static AgentArtifact ReadArtifact(JsonElement json) =>
        new()
        {
            ArtifactId = Text(json, "artifactId", "artifact_id") ?? throw new AgentRefusalLike("artifact.artifactId is missing"),
            Name = Text(json, "name"),
            Description = Text(json, "description"),
            Parts = [.. Items(json, "parts").Select(ReadPart)],
            Metadata = Map(json, "metadata"),
        };

    /// <summary>An answer or an event of a stream, of 1.0 or 0.3; null for one of the future.</summary>
    internal static AgentEvent? ReadEvent(JsonElement json)
    {
        if (json.TryGetProperty("message", out JsonElement message) && message.ValueKind == JsonValueKind.Object)
        {
            return new MessageEvent(ReadMessage(message));
        }
        if (json.TryGetProperty("task", out JsonElement task))
        {
            return new TaskEvent(ReadTask(task));
        }
        if (json.TryGetProperty("statusUpdate", out JsonElement status))
        {
            return new StatusEvent(ReadStatus(status.GetProperty("status"))) { TaskId = Text(status, "taskId") ?? "" };
        }
        if (json.TryGetProperty("artifactUpdate", out JsonElement artifact))
        {
            return Artifact(artifact);
        }
        return Text(json, "kind") switch
        {
            "message" => new MessageEvent(ReadMessage(json)),
            "task" => new TaskEvent(ReadTask(json)),
            "status-update" => new StatusEvent(ReadStatus(json.GetProperty("status"))) { TaskId = Text(json, "taskId") ?? "" },
            "artifact-update" => Artifact(json),
            _ => null,
        };

        static ArtifactEvent Artifact(JsonElement e) =>
            new(ReadArtifact(e.GetProperty("artifact")), Flag(e, "append"), Flag(e, "lastChunk")) { TaskId = Text(e, "taskId") ?? "" };
    }

    internal static string Name(TaskState state, bool old) =>
        old
            ? state switch
            {
                TaskState.InputRequired => "input-required",
                TaskState.AuthRequired => "auth-required",
                _ => state.ToString().ToLowerInvariant(),
            }
            : "TASK_STATE_"
                + state switch
                {
                    TaskState.InputRequired => "INPUT_REQUIRED",
                    TaskState.AuthRequired => "AUTH_REQUIRED",
                    _ => state.ToString().ToUpperInvariant(),
                };

    internal static TaskState State(string? name)
    {
        string bare = (name ?? "")
            .Replace("TASK_STATE_", "", StringComparison.Ordinal)
            .Replace("-", "", StringComparison.Ordinal)
            .Replace("_", "", StringComparison.Ordinal);
        return Enum.TryParse(bare, ignoreCase: true, out TaskState state) && Enum.IsDefined(state)
            ? state
            : throw new AgentRefusalLike($"'{name}' is no task state");
    }

    internal static string? Text(JsonElement json, string name, string? other = null) =>
        json.TryGetProperty(name, out JsonElement value) || (other is not null && json.TryGetProperty(other, out value))
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                JsonValueKind.Null => null,
                _ => throw new AgentRefusalLike($"{name} is no text"),
            }
            : null;

    internal static bool Flag(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    internal static JsonNode? Node(JsonElement element) => JsonNode.Parse(element.GetRawText());

    private static JsonElement.ArrayEnumerator Items(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray()
            : throw new AgentRefusalLike($"{name} is no array");

    private static Dictionary<string, JsonElement>? Map(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement map) && map.ValueKind == JsonValueKind.Object
            ? map.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.Clone(), StringComparer.Ordinal)
            : null;

    private static string? Take(Dictionary<string, JsonElement>? map, string key)
    {
        if (map is null || !map.TryGetValue(key, out JsonElement value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }
        map.Remove(key);
        return value.GetString();
    }

    private static Dictionary<string, JsonElement>? Rest(JsonElement json, params ReadOnlySpan<string> known)
    {
        Dictionary<string, JsonElement>? rest = null;
        foreach (JsonProperty member in json.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                (rest ??= new(StringComparer.Ordinal))[member.Name] = member.Value.Clone();
            }
        }
        return rest;
    }

    private static void Keep(JsonObject json, Dictionary<string, JsonElement>? unknown)
    {
        foreach ((string name, JsonElement value) in unknown ?? [])
        {
            json.TryAdd(name, Node(value));
        }
    }

    private static JsonObject? Object(IReadOnlyDictionary<string, JsonElement>? map) =>
        map is { Count: > 0 } ? new JsonObject(map.Select(m => new KeyValuePair<string, JsonNode?>(m.Key, Node(m.Value)))) : null;

    private static void Put(JsonObject json, string name, string? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }

    private static void Require(JsonElement json, JsonValueKind kind, string what)
    {
        if (json.ValueKind != kind)
        {
            throw new AgentRefusalLike($"{what} is no {kind.ToString().ToLowerInvariant()}");
        }
    }
}

/// <summary>What was read is not as A2A demands.</summary>
internal sealed class AgentRefusalLike(string reason) : Exception(reason);
