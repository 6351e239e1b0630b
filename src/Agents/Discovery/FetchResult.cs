namespace ResearchKit.Agents.Discovery;

/// <summary>What reading an address gave.</summary>
/// <param name="Status">The HTTP status; 0 if there was no answer that may be used.</param>
/// <param name="Body">The body.</param>
public sealed record FetchResult(int Status, byte[] Body)
{
    /// <summary>The media type, or null.</summary>
    public string? MediaType { get; init; }

    /// <summary>The tag of this version, or null.</summary>
    public string? ETag { get; init; }

    /// <summary>How long it may be kept, or null.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>How long to stay away, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The addresses that <c>Link</c> headers name as agents.</summary>
    public IReadOnlyList<string> AgentLinks { get; init; } = [];

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Why there is no answer, or null.</summary>
    public string? Problem { get; init; }
}
