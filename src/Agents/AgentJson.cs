using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResearchKit.Agents;

/// <summary>The JSON of this library's own profile: camelCase, nothing written that is not set, no member twice, depth 32; generated code, no reflection.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNameCaseInsensitive = false,
    NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    MaxDepth = 32
)]
[JsonSerializable(typeof(AgentDocument))]
[JsonSerializable(typeof(SendRequest))]
[JsonSerializable(typeof(SendReply))]
[JsonSerializable(typeof(AgentMessage))]
[JsonSerializable(typeof(AgentTask))]
[JsonSerializable(typeof(StatusEvent))]
[JsonSerializable(typeof(ArtifactEvent))]
[JsonSerializable(typeof(TaskEvent))]
[JsonSerializable(typeof(MessageEvent))]
[JsonSerializable(typeof(HostIndex))]
[JsonSerializable(typeof(AgentProblem))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(ProtocolListing))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(Dictionary<string, System.Text.Json.JsonElement>))]
[JsonSerializable(typeof(System.Text.Json.JsonElement))]
[JsonSerializable(typeof(string))]
internal sealed partial class AgentJson : JsonSerializerContext;
