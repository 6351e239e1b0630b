namespace ResearchKit.Agents.Discovery;

/// <summary>An agent in an index. All texts are of strangers.</summary>
public sealed record CapabilityRecord
{
    /// <summary>The agent's address: its identity.</summary>
    public required string Url { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Words to filter by.</summary>
    public IReadOnlyList<string> Tags
    {
        get => field ?? [];
        init;
    }

    /// <summary>The kinds of channels it offers.</summary>
    public IReadOnlyList<string> Channels
    {
        get => field ?? [];
        init;
    }

    /// <summary>The media types it takes or gives.</summary>
    public IReadOnlyList<string> MediaTypes
    {
        get => field ?? [];
        init;
    }

    /// <summary>The schemes by which callers prove who they are.</summary>
    public IReadOnlyList<string> Auth
    {
        get => field ?? [];
        init;
    }

    /// <summary>The language, or null.</summary>
    public string? Language { get; init; }

    /// <summary>The digest of the document.</summary>
    public string? Digest { get; init; }

    /// <summary>When it was read.</summary>
    public DateTimeOffset FetchedAt { get; init; }

    /// <summary>What is known about who wrote it.</summary>
    public VerificationLevel Verified { get; init; }

    /// <summary>The record of a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="fetchedAt">When it was read.</param>
    /// <param name="verified">What is known about who wrote it.</param>
    public static CapabilityRecord Of(
        AgentDocument document,
        DateTimeOffset fetchedAt,
        VerificationLevel verified = VerificationLevel.Unsigned
    )
    {
        ArgumentNullException.ThrowIfNull(document);
        return new CapabilityRecord
        {
            Url = document.Url,
            Name = document.Name,
            Tags = [.. document.Skills.SelectMany(s => s.Tags ?? []).Distinct(StringComparer.OrdinalIgnoreCase)],
            Channels = [.. document.Channels.Select(c => c.Kind).Distinct(StringComparer.Ordinal)],
            MediaTypes = [.. document.Modes.Input.Concat(document.Modes.Output).Distinct(StringComparer.OrdinalIgnoreCase)],
            Auth = [.. (document.Auth ?? []).Select(a => a.Scheme)],
            Language = document.Language,
            Digest = ContentDigest.Of(document.ToUtf8()).Hex,
            FetchedAt = fetchedAt,
            Verified = verified,
        };
    }

    /// <summary>The text of a document by which it is found: name, description and skills.</summary>
    /// <param name="document">The document.</param>
    public static string TextOf(AgentDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return string.Join(
            ' ',
            document
                .Skills.SelectMany(s => new[] { s.Name, s.Description }.Concat(s.Tags ?? []).Concat(s.Examples ?? []))
                .Prepend(document.Description)
                .Prepend(document.Name)
        );
    }
}
