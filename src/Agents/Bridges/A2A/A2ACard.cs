using System.Text.Json;

namespace ResearchKit.Agents.Bridges.A2A;

/// <summary>
/// What an agent card says that matters for speaking to its agent. Cards in the wild are of several versions, of mixtures, or of formats of their own at the same path: a card is recognised or refused, with a reason
/// for each member, and never throws.
/// </summary>
public sealed record A2ACard
{
    /// <summary>The version of A2A it follows: 1.0, 0.3, or null for none.</summary>
    public string? Version { get; private init; }

    /// <summary>Whether it is spoken to as 0.3.</summary>
    public bool IsOld => Version == "0.3";

    /// <summary>The name, or null.</summary>
    public string? Name { get; private init; }

    /// <summary>Where JSON-RPC is spoken; null if nowhere.</summary>
    public Uri? Endpoint { get; private init; }

    /// <summary>The ids of its skills.</summary>
    public IReadOnlyList<string> Skills { get; private init; } = [];

    /// <summary>What is wrong, a line for each member; empty if nothing is.</summary>
    public IReadOnlyList<string> Problems { get; private init; } = [];

    /// <summary>Reads a card, whatever it is.</summary>
    /// <param name="json">UTF-8.</param>
    public static A2ACard Read(ReadOnlyMemory<byte> json)
    {
        if (json.Length > AgentDocumentReader.MostBytes)
        {
            return new A2ACard { Problems = [$"card: has {json.Length} bytes; allowed are {AgentDocumentReader.MostBytes}"] };
        }
        if (!System.Text.Unicode.Utf8.IsValid(json.Span))
        {
            return new A2ACard { Problems = ["card: is no UTF-8"] };
        }
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = AgentDocumentReader.MostDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement)
                : new A2ACard { Problems = ["card: is no object"] };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair, escaped, is found only when its text is read.
            return new A2ACard { Problems = [$"card: is no JSON ({e.Message})"] };
        }
    }

    private static A2ACard Read(JsonElement card)
    {
        List<string> problems = [];
        foreach (string member in new[] { "name", "description", "version" })
        {
            if (Text(card, member) is null)
            {
                problems.Add($"{member}: is missing or no text");
            }
        }
        if (!card.TryGetProperty("capabilities", out JsonElement capabilities) || capabilities.ValueKind != JsonValueKind.Object)
        {
            problems.Add(
                $"capabilities: {(capabilities.ValueKind == JsonValueKind.Undefined ? "is missing" : $"is {capabilities.ValueKind.ToString().ToLowerInvariant()}, not an object")}"
            );
        }
        foreach (string member in new[] { "defaultInputModes", "defaultOutputModes" })
        {
            if (!card.TryGetProperty(member, out JsonElement modes) || modes.ValueKind != JsonValueKind.Array)
            {
                problems.Add($"{member}: is missing or no array");
            }
        }
        List<string> skills = [];
        if (card.TryGetProperty("skills", out JsonElement offered) && offered.ValueKind == JsonValueKind.Array)
        {
            int i = 0;
            foreach (JsonElement skill in offered.EnumerateArray().Take(AgentDocumentReader.MostSkills))
            {
                foreach (string member in new[] { "id", "name", "description" })
                {
                    if (skill.ValueKind != JsonValueKind.Object || Text(skill, member) is null)
                    {
                        problems.Add($"skills[{i}].{member}: is missing or no text");
                    }
                }
                if (
                    skill.ValueKind == JsonValueKind.Object
                    && (!skill.TryGetProperty("tags", out JsonElement tags) || tags.ValueKind != JsonValueKind.Array)
                )
                {
                    problems.Add($"skills[{i}].tags: is missing or no array");
                }
                if (skill.ValueKind == JsonValueKind.Object && Text(skill, "id") is { } id)
                {
                    skills.Add(id);
                }
                i++;
            }
        }
        else
        {
            problems.Add("skills: is missing or no array");
        }
        (string? version, Uri? endpoint) = Interface(card, problems);
        return new A2ACard
        {
            Version = version,
            Name = Text(card, "name"),
            Endpoint = endpoint,
            Skills = skills,
            Problems = problems,
        };
    }

    // 1.0 lists interfaces; 0.3 has one address at the top. A card with both is taken by its list.
    private static (string? Version, Uri? Endpoint) Interface(JsonElement card, List<string> problems)
    {
        if (card.TryGetProperty("supportedInterfaces", out JsonElement interfaces) && interfaces.ValueKind == JsonValueKind.Array)
        {
            (string? Version, Uri? Endpoint) old = default;
            foreach (
                JsonElement one in interfaces
                    .EnumerateArray()
                    .Where(o => o.ValueKind == JsonValueKind.Object)
                    .Take(AgentDocumentReader.MostChannels)
            )
            {
                if (Text(one, "protocolBinding") == "JSONRPC" && Address(one) is { } url)
                {
                    string version = Text(one, "protocolVersion") ?? "";
                    if (version.StartsWith("1.", StringComparison.Ordinal))
                    {
                        return ("1.0", url);
                    }
                    old = version.StartsWith("0.3", StringComparison.Ordinal) ? ("0.3", url) : old;
                }
            }
            if (old.Endpoint is null)
            {
                problems.Add("supportedInterfaces: none speaks JSONRPC of version 1.0 or 0.3");
            }
            return old;
        }
        string? protocol = Text(card, "protocolVersion");
        if (protocol?.StartsWith("0.", StringComparison.Ordinal) == true)
        {
            string transport = Text(card, "preferredTransport") ?? "JSONRPC";
            if (Address(card) is { } url && transport == "JSONRPC")
            {
                return ("0.3", url);
            }
            problems.Add(
                transport == "JSONRPC" ? "url: is no http or https address" : $"preferredTransport: {transport} is not spoken here"
            );
            return ("0.3", null);
        }
        problems.Add("supportedInterfaces, protocolVersion: neither is there; this is no card of A2A");
        return (null, null);
    }

    private static Uri? Address(JsonElement json) =>
        Uri.TryCreate(Text(json, "url"), UriKind.Absolute, out Uri? url) && url.Scheme is ("http" or "https") && url.UserInfo.Length == 0
            ? url
            : null;

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
