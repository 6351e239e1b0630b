namespace ResearchKit.Agents.Discovery;

/// <summary>Reads an address for the crawler; the real one, or one of a simulation.</summary>
public interface IFetcher
{
    /// <summary>Reads.</summary>
    /// <param name="url">The address.</param>
    /// <param name="etag">The tag of the copy at hand, or null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What came; never an exception for what a stranger did.</returns>
    Task<FetchResult> FetchAsync(Uri url, string? etag, CancellationToken cancellationToken = default);
}
