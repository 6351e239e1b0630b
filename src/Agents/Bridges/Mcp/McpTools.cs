using System.Text.Json;
using ModelContextProtocol.Protocol;
using ResearchKit.Agents.Hosting;
using ResearchKit.Agents.Security;

namespace ResearchKit.Agents.Bridges.Mcp;

/// <summary>Skills as tools: a skill with a compilable protocol document takes its schema, any other takes a message.</summary>
internal static class McpTools
{
    private static readonly JsonElement MessageSchema = Parse(
        """{"type":"object","properties":{"message":{"type":"string","description":"What to say to the agent"},"contextId":{"type":"string"}},"required":["message"]}"""
    );

    internal static ListToolsResult List(IReadOnlyList<MappedAgent> agents) =>
        new()
        {
            Tools =
            [
                .. All(agents)
                    .Select(t => new Tool
                    {
                        Name = t.Name,
                        Title = t.Skill.Name,
                        Description = t.Skill.Description,
                        InputSchema = t.Protocol?.RequestSchema ?? MessageSchema,
                        OutputSchema = t.Protocol?.ResponseSchema,
                    }),
            ],
        };

    internal static async ValueTask<CallToolResult> CallAsync(
        IReadOnlyList<MappedAgent> agents,
        CallToolRequestParams call,
        CancellationToken cancellationToken
    )
    {
        (string Name, MappedAgent Agent, AgentSkill Skill, ProtocolDocument? Protocol) tool = All(agents)
            .FirstOrDefault(t => t.Name == call.Name);
        if (tool.Name is null)
        {
            throw new ModelContextProtocol.McpProtocolException(
                $"Unknown tool: '{UntrustedText.Identifier(call.Name)}'",
                ModelContextProtocol.McpErrorCode.InvalidParams
            );
        }
        if (tool.Agent.Runtime.Options.RequireCaller)
        {
            return Error("This agent answers only callers that prove who they are; MCP callers do not yet.");
        }
        IDictionary<string, JsonElement> arguments = call.Arguments ?? new Dictionary<string, JsonElement>();
        AgentMessage message = tool.Protocol is { } protocol
            ? AgentMessage.FromUser([
                AgentPart.OfData(
                    JsonSerializer.SerializeToElement(arguments.ToDictionary(), AgentJson.Default.DictionaryStringJsonElement)
                ),
            ]) with
            {
                Protocol = protocol.Sha256.Hex,
            }
            : AgentMessage.FromUser(
                arguments.TryGetValue("message", out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : ""
            );
        if (tool.Protocol is null && message.Text.Length == 0)
        {
            return Error("The argument message is missing.");
        }
        message = message with
        {
            Skill = tool.Skill.Id,
            ContextId =
                arguments.TryGetValue("contextId", out JsonElement context) && context.ValueKind == JsonValueKind.String
                    ? context.GetString()
                    : null,
        };
        try
        {
            AgentRequest request = new()
            {
                Message = message,
                Principal = AgentPrincipal.Anonymous,
                State = AgentStateAccess.None,
                Protocol = MessageEndpoint.Protocol(tool.Agent.Runtime.Options, message),
            };
            TimeSpan wait = tool.Agent.Runtime.Services.Options.DefaultWait;
            (AgentMessage? reply, LiveTask? task) = await tool.Agent.Runtime.BeginAsync(request, "", wait, asTask: false);
            if (task is not null)
            {
                await task.WaitForRestAsync(wait, cancellationToken);
            }
            return reply is not null
                ? Result(reply.Parts, failed: false)
                : Result(Parts(task!.Task), task.Task.Status.State is TaskState.Failed or TaskState.Rejected);
        }
        catch (AgentRefusal refusal)
        {
            return Error($"{refusal.Problem.Title} {refusal.Problem.Detail}".Trim());
        }
    }

    internal static CallToolResult Result(IReadOnlyList<AgentPart> parts, bool failed)
    {
        JsonElement? data = parts.FirstOrDefault(p => p.Data is { ValueKind: JsonValueKind.Object })?.Data;
        return new CallToolResult
        {
            Content = [.. parts.Select(Block)],
            StructuredContent = data,
            IsError = failed,
        };
    }

    private static ContentBlock Block(AgentPart part) =>
        part.Text is { } text ? new TextContentBlock { Text = text }
        : part.Data is { } data ? new TextContentBlock { Text = data.GetRawText() }
        : part.Url is { } url
            ? new ResourceLinkBlock
            {
                Uri = url,
                Name = part.Filename ?? url,
                MimeType = part.MediaType,
            }
        : new EmbeddedResourceBlock
        {
            Resource = BlobResourceContents.FromBytes(
                part.Raw ?? [],
                $"file:///{Uri.EscapeDataString(part.Filename ?? "data")}",
                part.MediaType ?? "application/octet-stream"
            ),
        };

    private static IReadOnlyList<AgentPart> Parts(AgentTask task) =>
        task.Artifacts is { Count: > 0 } artifacts ? [.. artifacts.SelectMany(a => a.Parts)]
        : task.Status.Message is { } message ? message.Parts
        : [AgentPart.OfText($"Task {task.Id} is {task.Status.State}.")];

    private static CallToolResult Error(string text) => new() { Content = [new TextContentBlock { Text = text }], IsError = true };

    // Names are made of what MCP allows; of two alike the later gets a number.
    private static IEnumerable<(string Name, MappedAgent Agent, AgentSkill Skill, ProtocolDocument? Protocol)> All(
        IReadOnlyList<MappedAgent> agents
    )
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach (MappedAgent agent in agents)
        {
            foreach (AgentSkill skill in agent.Runtime.Options.Skills)
            {
                string name = UntrustedText.Identifier(skill.Id);
                for (int i = 2; !taken.Add(name); i++)
                {
                    name = UntrustedText.Identifier($"{skill.Id[..Math.Min(skill.Id.Length, 58)]}_{i}");
                }
                yield return (
                    name,
                    agent,
                    skill,
                    agent.Runtime.Options.Protocols.FirstOrDefault(p =>
                        p.IsCompilable && (skill.Protocols is null || skill.Protocols.Contains(p.Sha256.Hex))
                    )
                );
            }
        }
    }

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
