using System.Text.Json;

namespace ResearchKit.Agents;

/// <summary>
/// Reads agent documents that strangers serve. Everything is bounded before it is used: 256 KiB, depth 32, 256 skills, 64 channels, lengths of texts. What breaks a bound is refused with the
/// member's name; what is unknown is kept.
/// </summary>
public static class AgentDocumentReader
{
    /// <summary>The largest document, in bytes.</summary>
    public const int MostBytes = 256 * 1024;

    /// <summary>The deepest nesting.</summary>
    public const int MostDepth = 32;

    /// <summary>The most skills.</summary>
    public const int MostSkills = 256;

    /// <summary>The most channels.</summary>
    public const int MostChannels = 64;

    private const int MostShort = 128;
    private const int MostText = 4096;
    private const int MostUrl = 8192;

    /// <summary>Reads and checks.</summary>
    /// <param name="json">UTF-8; one leading byte order mark is allowed.</param>
    /// <param name="fetchedFrom">Where it was fetched; its origin must be the document's. Null: not fetched.</param>
    /// <exception cref="DocumentRejectedException">The document breaks a limit or a rule.</exception>
    /// <exception cref="ResearchKitException">The document names another origin (<see cref="AgentErrors.OriginMismatch"/>).</exception>
    public static AgentDocument Read(ReadOnlyMemory<byte> json, Uri? fetchedFrom = null)
    {
        if (json.Length > MostBytes)
        {
            throw new DocumentRejectedException("document", $"has {json.Length} bytes; allowed are {MostBytes}");
        }
        AgentDocument document;
        try
        {
            document =
                JsonSerializer.Deserialize(StrictJson.WithoutMark(json.Span), AgentJson.Default.AgentDocument)
                ?? throw new DocumentRejectedException("document", "is null; it must be an object");
        }
        catch (JsonException e)
        {
            throw new DocumentRejectedException(e.Path is { Length: > 0 } path ? path : "document", e.Message, e);
        }
        Check(document);
        if (fetchedFrom is not null && !SameOrigin(new Uri(document.Url), fetchedFrom))
        {
            throw new ResearchKitException(
                AgentErrors.OriginMismatch,
                $"{fetchedFrom} serves a document of {document.Url}: another origin.",
                "Fetch the document where the agent lives."
            );
        }
        return document;
    }

    /// <summary>Whether scheme, host and port are equal.</summary>
    /// <param name="a">One address.</param>
    /// <param name="b">The other.</param>
    public static bool SameOrigin(Uri a, Uri b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return a.Scheme == b.Scheme && string.Equals(a.IdnHost, b.IdnHost, StringComparison.OrdinalIgnoreCase) && a.Port == b.Port;
    }

    /// <summary>Checks the rules of a document that was made here or read elsewhere.</summary>
    /// <param name="document">The document.</param>
    /// <exception cref="DocumentRejectedException">A rule is broken.</exception>
    public static void Check(AgentDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        Text("name", document.Name, 1, MostShort);
        Text("description", document.Description, 0, MostText);
        Text("version", document.Version, 1, MostShort);
        Address("url", document.Url);
        Text("interaction", document.Interaction is null ? null : "", 0, 0);
        Address("interaction.url", document.Interaction!.Url);
        if (document.Interaction.Digest is { } digest && !ContentDigest.TryParse(digest, out _))
        {
            throw new DocumentRejectedException("interaction.digest", "is no SHA-256: 64 hexadecimal digits or sha-256=:base64:");
        }
        Count("skills", document.Skills?.Count ?? 0, 1, MostSkills);
        Count("channels", document.Channels?.Count ?? 0, 1, MostChannels);
        HashSet<string> ids = new(StringComparer.Ordinal);
        for (int i = 0; i < document.Skills!.Count; i++)
        {
            Skill($"skills[{i}]", document.Skills[i], ids);
        }
        for (int i = 0; i < document.Channels!.Count; i++)
        {
            AgentChannel channel = document.Channels[i] ?? throw new DocumentRejectedException($"channels[{i}]", "is null");
            Text($"channels[{i}].kind", channel.Kind, 1, MostShort);
            Address($"channels[{i}].url", channel.Url);
        }
        Texts("modes.input", document.Modes?.Input ?? throw new DocumentRejectedException("modes.input", "is missing"));
        Texts("modes.output", document.Modes.Output ?? throw new DocumentRejectedException("modes.output", "is missing"));
        Texts("references", document.References ?? [], MostUrl);
    }

    private static void Skill(string path, AgentSkill skill, HashSet<string> ids)
    {
        if (skill is null)
        {
            throw new DocumentRejectedException(path, "is null");
        }
        Text($"{path}.id", skill.Id, 1, MostShort);
        Text($"{path}.name", skill.Name, 1, MostShort);
        Text($"{path}.description", skill.Description, 0, MostText);
        Texts($"{path}.tags", skill.Tags ?? []);
        Texts($"{path}.examples", skill.Examples ?? [], MostText);
        if (!ids.Add(skill.Id))
        {
            throw new DocumentRejectedException($"{path}.id", $"'{skill.Id}' occurs twice");
        }
    }

    private static void Text(string path, string? text, int least, int most)
    {
        if (text is null)
        {
            throw new DocumentRejectedException(path, "is missing");
        }
        if (text.Length < least || text.Length > most)
        {
            throw new DocumentRejectedException(path, $"has {text.Length} characters; allowed are {least} to {most}");
        }
    }

    private static void Texts(string path, IReadOnlyList<string> texts, int most = MostShort)
    {
        Count(path, texts.Count, 0, MostSkills);
        for (int i = 0; i < texts.Count; i++)
        {
            Text($"{path}[{i}]", texts[i], 0, most);
        }
    }

    private static void Count(string path, int count, int least, int most)
    {
        if (count < least || count > most)
        {
            throw new DocumentRejectedException(path, $"has {count} entries; allowed are {least} to {most}");
        }
    }

    private static void Address(string path, string? url)
    {
        Text(path, url, 1, MostUrl);
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("https" or "http") || uri.UserInfo.Length > 0)
        {
            throw new DocumentRejectedException(path, "is no absolute http or https address without user name");
        }
    }
}
