namespace ResearchKit.Data;

/// <summary>Where a <see cref="DatasetCatalog"/> keeps data and how it fetches them.</summary>
public sealed record DatasetCatalogOptions
{
    /// <summary>The folder of the data; null for <c>RESEARCHKIT_DATA</c>, else the user's cache folder (see <see cref="DatasetCatalog.DefaultRoot"/>).</summary>
    public string? Root { get; init; }

    /// <summary>
    /// Fetches files. Retries of requests belong to its handler (Microsoft.Extensions.Http.Resilience); a transfer that breaks off in the middle is resumed here.
    /// Set <see cref="HttpClient.Timeout"/> to infinite, or it cuts long downloads. Null: nothing can be downloaded, only imported.
    /// </summary>
    public HttpClient? Http { get; init; }

    /// <summary>How often a transfer is resumed without a single byte gained before it is given up; 5 by default.</summary>
    public int MaxResumes
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(MaxResumes), value, "MaxResumes is at least 0.");
    } = 5;

    /// <summary>The pause before the first resumption; it doubles each time a resumption gains nothing. One second by default.</summary>
    public TimeSpan ResumeDelay
    {
        get;
        init =>
            field =
                value >= TimeSpan.Zero
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(ResumeDelay), value, "ResumeDelay is not negative.");
    } = TimeSpan.FromSeconds(1);

    /// <summary>The clock for pauses.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
