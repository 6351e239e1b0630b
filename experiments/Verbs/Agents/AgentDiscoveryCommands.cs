using System.Text.Json;
using ResearchKit.Agents;
using ResearchKit.Agents.Discovery;
using ResearchKit.Agents.Security;

namespace ResearchKit.Papers.Verbs;

/// <summary>The work behind crawl, search and verify.</summary>
internal static class AgentDiscoveryCommands
{
    internal static async Task<CrawlReport> CrawlAsync(
        string[] seeds,
        string output,
        int mostVisits,
        double delaySeconds,
        CancellationToken cancellationToken
    )
    {
        // Loopback only if every seed is there: a page of the world must not lead the crawler inside.
        bool loopback = seeds.All(s => Uri.TryCreate(s, UriKind.Absolute, out Uri? u) && u.IsLoopback);
        using HttpFetcher fetcher = new(loopback ? OutboundPolicy.Loopback : OutboundPolicy.Default);
        Crawler crawler = new(fetcher, new CrawlerOptions { LeastDelay = TimeSpan.FromSeconds(delaySeconds) });
        await crawler.RunAsync(seeds, mostVisits, cancellationToken);
        await CapabilityFile.WriteAsync(output, crawler.Agents, cancellationToken);
        return new CrawlReport(
            output,
            crawler.Agents.Count,
            crawler.Visits.Count,
            [.. crawler.Visits.Where(v => v.Problem is not null).Select(v => $"{v.Url}: {v.Problem}")]
        );
    }

    internal static async Task<SearchReport> SearchAsync(
        string[] files,
        string query,
        int k,
        CapabilityFilter filter,
        CancellationToken cancellationToken
    )
    {
        CapabilityIndex index = await CapabilityFile.ReadAsync(files, cancellationToken);
        return new SearchReport(
            index.Count,
            [
                .. index
                    .Search(query, k, filter)
                    .Select(h => new SearchHit(
                        h.Score,
                        h.Record.Url,
                        h.Record.Name,
                        h.Record.Verified,
                        h.Record.FetchedAt,
                        h.Record.Digest
                    )),
            ]
        );
    }

    internal static async Task<VerifyReport> VerifyAsync(Uri agent, string? keyFile, string? keyId, CancellationToken cancellationToken)
    {
        using HttpFetcher fetcher = new(agent.IsLoopback ? OutboundPolicy.Loopback : OutboundPolicy.Default);
        FetchResult result = await fetcher.FetchAsync(agent, null, cancellationToken);
        if (result.Status != 200)
        {
            throw new ResearchKitException(
                AgentErrors.Unreachable,
                $"{agent} gives no document: {result.Problem ?? $"status {result.Status}"}.",
                "See whether the address is right."
            );
        }
        AgentDocument document = AgentDocumentReader.Read(result.Body, agent);
        using AgentClient client = AgentCommands.ClientFor(agent);
        InteractionDocument interaction = await client.InteractionAsync(document, cancellationToken);
        string signature = "not looked at: give --key with the agent's public key";
        if (keyFile is not null)
        {
            using SignatureKey key = SignatureKey.FromPem(keyId ?? "agent", await File.ReadAllTextAsync(keyFile, cancellationToken));
            using var json = JsonDocument.Parse(result.Body);
            signature = DocumentSigner.Verify(json.RootElement, new SignatureKeys(key), out _).ToString();
        }
        return new VerifyReport(agent.ToString(), ContentDigest.Of(result.Body).Hex, interaction.Digest.Hex, signature);
    }
}

/// <summary>What a crawl found.</summary>
/// <param name="File">Where the agents are.</param>
/// <param name="Agents">How many.</param>
/// <param name="Visits">Requests made.</param>
/// <param name="Problems">What could not be used, and why.</param>
internal sealed record CrawlReport(string File, int Agents, int Visits, IReadOnlyList<string> Problems);

/// <summary>What a search found.</summary>
/// <param name="Agents">Agents in the index.</param>
/// <param name="Hits">The best, first.</param>
internal sealed record SearchReport(int Agents, IReadOnlyList<SearchHit> Hits);

/// <summary>An agent that was found; its texts are of strangers.</summary>
internal sealed record SearchHit(
    double Score,
    string Url,
    string Name,
    VerificationLevel Verified,
    DateTimeOffset FetchedAt,
    string? Digest
);

/// <summary>What holds of an agent's documents.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Document">The digest of its document; origin and rules hold.</param>
/// <param name="Interaction">The digest of its interaction document, as announced.</param>
/// <param name="Signature">The verdict on its signature.</param>
internal sealed record VerifyReport(string Agent, string Document, string Interaction, string Signature);
