using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ResearchKit.Agents.Hosting;

namespace ResearchKit.Agents.Bridges.Agora;

/// <summary>
/// Agora's request: a body in natural language, or by a protocol document that is named by its SHA-1 and brought along as a <c>data:</c> source. The document's text must have that id; what is
/// kept afterwards is known by SHA-256.
/// </summary>
internal static class AgoraEndpoint
{
    internal static async Task PostAsync(AgentCall call)
    {
        JsonObject answer;
        try
        {
            using var document = JsonDocument.Parse(call.Body, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            answer = await AnswerAsync(call, document.RootElement);
        }
        catch (JsonException e)
        {
            throw new AgentRefusal(400, "invalid-json", "The body is no JSON that is taken.", e.Message);
        }
        await call.SendAsync(200, Encoding.UTF8.GetBytes(answer.ToJsonString()));
    }

    private static async Task<JsonObject> AnswerAsync(AgentCall call, JsonElement request)
    {
        if (request.ValueKind != JsonValueKind.Object || !request.TryGetProperty("body", out JsonElement body))
        {
            throw new AgentRefusal(422, "invalid-message", "The request is not as Agora demands.", "is missing", "body");
        }
        AgentMessage message = AgentMessage.FromUser([
            body.ValueKind == JsonValueKind.String ? AgentPart.OfText(body.GetString()!) : AgentPart.OfData(body),
        ]);
        string? id =
            request.TryGetProperty("protocolHash", out JsonElement h) && h.ValueKind == JsonValueKind.String ? h.GetString() : null;
        if (id is not null)
        {
            ProtocolDocument? protocol = call.Runtime.Options.Protocols.FirstOrDefault(p => p.AgoraId == id) ?? Brought(request, id);
            if (protocol is null)
            {
                return Failure("error", "protocol rejected: none of the sources gives the text with this hash");
            }
            message = call.Runtime.Options.Protocols.Contains(protocol)
                ? message with
                {
                    Protocol = protocol.Sha256.Hex,
                }
                : message with
                {
                    Parts = [AgentPart.OfText(Security.UntrustedText.Wrap(protocol.Text, "the caller's protocol")), .. message.Parts],
                };
        }
        AgentRequest asked = await MessageEndpoint.RequestAsync(call, message);
        (AgentMessage? reply, LiveTask? task) = await call.Runtime.BeginAsync(
            asked,
            call.Owner,
            call.Services.Options.DefaultWait,
            asTask: false
        );
        if (task is not null)
        {
            await task.WaitForRestAsync(call.Services.Options.DefaultWait, call.Context.RequestAborted);
            if (task.Task.Status.State != TaskState.Completed)
            {
                return Failure("failed", task.Task.Text);
            }
        }
        IReadOnlyList<AgentPart> parts = reply?.Parts ?? [.. (task!.Task.Artifacts ?? []).SelectMany(a => a.Parts)];
        return new JsonObject
        {
            ["status"] = "success",
            ["body"] = parts is [{ Data: { } data }]
                ? JsonNode.Parse(data.GetRawText())
                : string.Concat(parts.Select(p => p.Text ?? p.Data?.GetRawText())),
        };
    }

    private static ProtocolDocument? Brought(JsonElement request, string id)
    {
        if (!request.TryGetProperty("protocolSources", out JsonElement sources) || sources.ValueKind != JsonValueKind.Array)
        {
            return null;
        }
        foreach (JsonElement source in sources.EnumerateArray().Where(s => s.ValueKind == JsonValueKind.String).Take(8))
        {
            // Sources at addresses are not fetched: a stranger would choose where this host connects to.
            if (ProtocolDocument.FromDataUrl(source.GetString()!) is { } text && ContentDigest.AgoraId(text) == id)
            {
                return new ProtocolDocument(text);
            }
        }
        return null;
    }

    private static JsonObject Failure(string status, string message) => new() { ["status"] = status, ["message"] = message };
}
