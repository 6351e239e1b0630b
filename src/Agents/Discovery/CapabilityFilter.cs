namespace ResearchKit.Agents.Discovery;

/// <summary>Which agents may be found.</summary>
public sealed record CapabilityFilter
{
    /// <summary>Only with this tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Only with this kind of channel.</summary>
    public string? Channel { get; init; }

    /// <summary>Only with this media type.</summary>
    public string? MediaType { get; init; }

    /// <summary>Only with this scheme.</summary>
    public string? Auth { get; init; }

    /// <summary>Only of this host.</summary>
    public string? Host { get; init; }

    /// <summary>Only in this language.</summary>
    public string? Language { get; init; }

    /// <summary>Only with at least this known about who wrote it.</summary>
    public VerificationLevel? AtLeast { get; init; }

    /// <summary>Only read after this.</summary>
    public DateTimeOffset? FetchedAfter { get; init; }

    /// <summary>Whether a record may be found.</summary>
    /// <param name="record">The record.</param>
    public bool Allows(CapabilityRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return Has(record.Tags, Tag)
            && Has(record.Channels, Channel)
            && Has(record.MediaTypes, MediaType)
            && Has(record.Auth, Auth)
            && (
                Host is null
                || (
                    Uri.TryCreate(record.Url, UriKind.Absolute, out Uri? url)
                    && url.IdnHost.Equals(Host, StringComparison.OrdinalIgnoreCase)
                )
            )
            && (Language is null || string.Equals(record.Language, Language, StringComparison.OrdinalIgnoreCase))
            && (AtLeast is null || record.Verified >= AtLeast)
            && (FetchedAfter is null || record.FetchedAt > FetchedAfter);
    }

    private static bool Has(IReadOnlyList<string> values, string? wanted) =>
        wanted is null || values.Contains(wanted, StringComparer.OrdinalIgnoreCase);
}
