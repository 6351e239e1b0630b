using System.Text.Json.Nodes;
using ResearchKit.Agents.Hosting;

namespace ResearchKit.Agents.Bridges.A2A;

/// <summary>An error of A2A: its number in JSON-RPC, its status in HTTP, its name.</summary>
internal sealed record A2AError(int Code, int Status, string Reason, string Message)
{
    internal static A2AError Parse => new(-32700, 400, "PARSE", "The body is no JSON.");

    internal static A2AError InvalidRequest => new(-32600, 400, "INVALID_REQUEST", "The body is no JSON-RPC request.");

    internal static A2AError MethodNotFound => new(-32601, 404, "METHOD_NOT_FOUND", "There is no such method.");

    internal static A2AError NoPush => new(-32003, 400, "PUSH_NOTIFICATION_NOT_SUPPORTED", "Push notifications are not offered.");

    internal static A2AError NoExtendedCard => new(-32007, 400, "EXTENDED_AGENT_CARD_NOT_CONFIGURED", "There is no extended card.");

    internal static A2AError Unsupported(string why) => new(-32004, 400, "UNSUPPORTED_OPERATION", why);

    internal static A2AError InvalidParams(string why) => new(-32602, 400, "INVALID_PARAMS", why);

    internal static A2AError Version(string asked) =>
        new(-32009, 400, "VERSION_NOT_SUPPORTED", $"Version {asked} is not spoken here; 1.0 and 0.3 are.");

    internal static A2AError Of(AgentRefusal refusal) =>
        refusal.Problem.Type[(refusal.Problem.Type.LastIndexOf(':') + 1)..] switch
        {
            "no-task" => new(-32001, 404, "TASK_NOT_FOUND", refusal.Problem.Title),
            "task-final" => new(-32002, 400, "TASK_NOT_CANCELABLE", refusal.Problem.Title),
            "task-not-waiting" => Unsupported(refusal.Problem.Title),
            "media-type" => new(-32005, 400, "CONTENT_TYPE_NOT_SUPPORTED", refusal.Problem.Title),
            _ when refusal.Status is 400 or 422 => InvalidParams($"{refusal.Problem.Title} {refusal.Problem.Detail}".Trim()),
            _ => new(-32603, refusal.Status, "INTERNAL", refusal.Problem.Title),
        };

    internal JsonObject Rpc(JsonNode? id) =>
        new()
        {
            ["jsonrpc"] = "2.0",
            ["id"] = id?.DeepClone(),
            ["error"] = new JsonObject
            {
                ["code"] = Code,
                ["message"] = Message,
                ["data"] = new JsonArray(Info()),
            },
        };

    internal JsonObject Http() =>
        new()
        {
            ["error"] = new JsonObject
            {
                ["code"] = Status,
                ["status"] =
                    Status == 404 ? "NOT_FOUND"
                    : Status == 500 ? "INTERNAL"
                    : "INVALID_ARGUMENT",
                ["message"] = Message,
                ["details"] = new JsonArray(Info()),
            },
        };

    private JsonObject Info() =>
        new()
        {
            ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo",
            ["reason"] = Reason,
            ["domain"] = "a2a-protocol.org",
        };
}
