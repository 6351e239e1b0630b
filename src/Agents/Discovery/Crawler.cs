using System.Text;
using ResearchKit.Agents.Bridges.A2A;

namespace ResearchKit.Agents.Discovery;

/// <summary>
/// Finds agents: from hosts it reads the well-known index, the agent card, links of pages and site maps, and follows what agents refer to. It obeys robots.txt (RFC 9309), asks a host one thing at a time and
/// waits in between, stays away when told to, and visits often what changes often (halves the interval at a change, stretches it by a quarter otherwise).
/// </summary>
/// <param name="fetcher">How it reads.</param>
/// <param name="options">How it behaves.</param>
public sealed class Crawler(IFetcher fetcher, CrawlerOptions? options = null)
{
    private static readonly TimeSpan RobotsLife = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromHours(24);
    private readonly CrawlerOptions _options = options ?? new();
    private readonly Dictionary<string, HostState> _hosts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CrawledAgent> _agents = new(StringComparer.Ordinal);
    private readonly List<CrawlVisit> _visits = [];
    private readonly Lock _lock = new();

    /// <summary>The agents found so far.</summary>
    public IReadOnlyList<CrawledAgent> Agents
    {
        get
        {
            lock (_lock)
            {
                return [.. _agents.Values.OrderBy(a => a.Record.Url, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>The requests made so far, in order.</summary>
    public IReadOnlyList<CrawlVisit> Visits
    {
        get
        {
            lock (_lock)
            {
                return [.. _visits];
            }
        }
    }

    /// <summary>Crawls.</summary>
    /// <param name="seeds">Addresses of hosts, agents or pages.</param>
    /// <param name="mostVisits">Requests at most.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ArgumentException">A seed is no http or https address.</exception>
    public async Task RunAsync(IEnumerable<string> seeds, int mostVisits = int.MaxValue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        foreach (string seed in seeds)
        {
            Uri url = CrawlUrl.Canonical(seed) ?? throw new ArgumentException($"'{seed}' is no http or https address.", nameof(seeds));
            Add(url, 0);
            Add(new Uri(url, "/.well-known/agents.json"), 0);
            Add(new Uri(url, "/.well-known/agent-card.json"), 0);
        }
        List<Task> running = [];
        while (_visits.Count < mostVisits)
        {
            cancellationToken.ThrowIfCancellationRequested();
            running.RemoveAll(t => t.IsCompletedSuccessfully);
            DateTimeOffset now = _options.Clock.GetUtcNow();
            HostState? ready = null;
            DateTimeOffset? next = null;
            lock (_lock)
            {
                foreach (HostState host in _hosts.Values.Where(h => !h.Busy && h.Due.Count > 0))
                {
                    DateTimeOffset at = host.NextAt;
                    if (at <= now && running.Count < _options.MostParallel)
                    {
                        ready = host;
                        break;
                    }
                    next = next is null || at < next ? at : next;
                }
                if (ready is not null)
                {
                    ready.Busy = true;
                }
            }
            if (ready is not null)
            {
                running.Add(VisitAsync(ready, cancellationToken));
                continue;
            }
            if (running.Count > 0)
            {
                Task wake = await Task.WhenAny(running);
                await wake;
                continue;
            }
            if (next is null)
            {
                return;
            }
            await Task.Delay(next.Value - now, _options.Clock, cancellationToken);
        }
        await Task.WhenAll(running);
    }

    private async Task VisitAsync(HostState host, CancellationToken cancellationToken)
    {
        Target target;
        lock (_lock)
        {
            target = host.Due.Peek();
        }
        DateTimeOffset now = _options.Clock.GetUtcNow();
        if (host.Robots is null || now - host.RobotsAt > RobotsLife)
        {
            FetchResult robots = await FetchAsync(host, new Uri(target.Url, "/robots.txt"), null, cancellationToken);
            host.RobotsAt = now;
            host.Robots =
                robots.Status is >= 200 and < 300
                    ? RobotsPolicy.Parse(
                        Encoding.UTF8.GetString(robots.Body.AsSpan(0, Math.Min(robots.Body.Length, RobotsPolicy.MostBytes)))
                    )
                : robots.Status is >= 400 and < 500 ? RobotsPolicy.AllowAll
                : RobotsPolicy.DisallowAll;
            foreach (string sitemap in host.Robots.Sitemaps)
            {
                AddFrom(target.Url, sitemap, 0, sameHost: true);
            }
            Release(host);
            return;
        }
        lock (_lock)
        {
            host.Due.Dequeue();
        }
        if (!host.Robots.Allows(target.Url.PathAndQuery))
        {
            Release(host, wait: false);
            return;
        }
        FetchResult result = await FetchAsync(host, target.Url, target.ETag, cancellationToken);
        bool changed = result.Status == 200 && Take(target, result);
        if (!_options.Once && result.Status is 200 or 304 && !_options.Once)
        {
            Again(host, target, result, changed);
        }
        Release(host);
    }

    private async Task<FetchResult> FetchAsync(HostState host, Uri url, string? etag, CancellationToken cancellationToken)
    {
        DateTimeOffset at = _options.Clock.GetUtcNow();
        FetchResult result = await fetcher.FetchAsync(url, etag, cancellationToken);
        lock (_lock)
        {
            _visits.Add(new CrawlVisit(url, at, result.Status, result.Problem));
        }
        host.Failures = result.Status is 0 or 429 or >= 500 ? host.Failures + 1 : 0;
        TimeSpan delay = Longest(_options.LeastDelay, host.Robots?.CrawlDelay ?? TimeSpan.Zero, result.Elapsed * _options.DelayPerResponse);
        if (host.Failures > 0)
        {
            TimeSpan backoff = TimeSpan.FromMinutes(Math.Pow(2, Math.Min(host.Failures - 1, 11)));
            delay = Longest(delay, backoff < LongestBackoff ? backoff : LongestBackoff, result.RetryAfter ?? TimeSpan.Zero);
        }
        host.NotBefore = _options.Clock.GetUtcNow() + delay;
        return result;
    }

    // What comes back is data of a stranger: what cannot be used is passed over, and named among the visits.
    private bool Take(Target target, FetchResult result)
    {
        string digest = ContentDigest.Of(result.Body).Hex;
        bool changed = target.Digest is not null && target.Digest != digest;
        bool same = target.Digest == digest;
        (target.Digest, target.ETag) = (digest, result.ETag);
        if (same)
        {
            return false;
        }
        foreach (string link in result.AgentLinks)
        {
            AddFrom(target.Url, link, 0, sameHost: false);
        }
        string path = target.Url.AbsolutePath;
        if (path.EndsWith("/agents.json", StringComparison.Ordinal))
        {
            (IReadOnlyList<string> agents, string? next) = CrawlLinks.OfIndex(result.Body);
            foreach (string agent in agents)
            {
                AddFrom(target.Url, agent, 0, sameHost: true);
            }
            if (next is not null && target.Level < _options.MostIndexPages)
            {
                AddFrom(target.Url, next, target.Level + 1, sameHost: true);
            }
            return changed;
        }
        if (result.MediaType is "text/html")
        {
            Follow(target, CrawlLinks.OfPage(result.Body), sameHost: false);
        }
        else if (result.MediaType is "application/xml" or "text/xml")
        {
            Follow(target, CrawlLinks.OfSitemap(result.Body), sameHost: true);
        }
        else if (path.EndsWith("/agent-card.json", StringComparison.Ordinal))
        {
            TakeCard(target, result);
        }
        else
        {
            TakeDocument(target, result);
        }
        return changed;
    }

    private void TakeDocument(Target target, FetchResult result)
    {
        try
        {
            AgentDocument document = AgentDocumentReader.Read(result.Body, target.Url);
            VerificationLevel level = target.Url.Scheme == "https" ? VerificationLevel.Origin : VerificationLevel.Unsigned;
            Keep(
                new CrawledAgent(
                    CapabilityRecord.Of(document, _options.Clock.GetUtcNow(), level) with
                    {
                        Digest = target.Digest,
                    },
                    CapabilityRecord.TextOf(document)
                )
            );
            Follow(target, document.References ?? [], sameHost: false);
        }
        catch (ResearchKitException e)
        {
            Note(target.Url, result.Status, e.Message);
        }
    }

    private void TakeCard(Target target, FetchResult result)
    {
        A2ACard card = A2ACard.Read(result.Body);
        if (card.Endpoint is null || !AgentDocumentReader.SameOrigin(card.Endpoint, target.Url))
        {
            Note(
                target.Url,
                result.Status,
                card.Endpoint is null ? string.Join("; ", card.Problems) : "the card names an endpoint of another origin"
            );
            return;
        }
        Keep(
            new CrawledAgent(
                new CapabilityRecord
                {
                    Url = card.Endpoint.ToString(),
                    Name = card.Name ?? "",
                    Channels = [AgentChannelKinds.A2AJsonRpc],
                    Digest = target.Digest,
                    FetchedAt = _options.Clock.GetUtcNow(),
                },
                $"{card.Name} {string.Join(' ', card.Skills)}"
            )
        );
    }

    private void Again(HostState host, Target target, FetchResult result, bool changed)
    {
        TimeSpan interval = target.Interval ?? _options.FirstInterval;
        interval = changed ? interval / 2 : interval * 1.25;
        interval = Longest(
            interval < _options.LongestInterval ? interval : _options.LongestInterval,
            _options.ShortestInterval,
            result.MaxAge ?? TimeSpan.Zero
        );
        target.Interval = interval;
        lock (_lock)
        {
            host.Due.Enqueue(target, _options.Clock.GetUtcNow() + interval);
        }
    }

    private void Follow(Target target, IEnumerable<string> links, bool sameHost)
    {
        foreach (string link in links)
        {
            AddFrom(target.Url, link, 0, sameHost);
        }
    }

    private void AddFrom(Uri from, string link, int level, bool sameHost)
    {
        if (CrawlUrl.Canonical(link, from) is { } url && (!sameHost || AgentDocumentReader.SameOrigin(url, from)))
        {
            Add(url, level);
        }
    }

    private void Add(Uri url, int level)
    {
        lock (_lock)
        {
            string origin = CrawlUrl.Origin(url);
            if (!_hosts.TryGetValue(origin, out HostState? host))
            {
                _hosts[origin] = host = new HostState();
            }
            if (host.Taken < _options.MostOfHost && _known.Add(url.AbsoluteUri))
            {
                host.Taken++;
                host.Due.Enqueue(new Target(url, level), DateTimeOffset.MinValue);
            }
        }
    }

    private void Keep(CrawledAgent agent)
    {
        lock (_lock)
        {
            _agents[agent.Record.Url] = agent;
        }
    }

    private void Note(Uri url, int status, string problem)
    {
        lock (_lock)
        {
            int at = _visits.FindLastIndex(v => v.Url == url);
            if (at >= 0)
            {
                _visits[at] = _visits[at] with { Status = status, Problem = problem };
            }
        }
    }

    private void Release(HostState host, bool wait = true)
    {
        lock (_lock)
        {
            host.Busy = false;
            if (!wait)
            {
                host.NotBefore = _options.Clock.GetUtcNow();
            }
        }
    }

    private static TimeSpan Longest(params ReadOnlySpan<TimeSpan> spans)
    {
        TimeSpan longest = TimeSpan.Zero;
        foreach (TimeSpan span in spans)
        {
            longest = span > longest ? span : longest;
        }
        return longest;
    }

    private sealed class HostState
    {
        internal PriorityQueue<Target, DateTimeOffset> Due { get; } = new();

        internal RobotsPolicy? Robots { get; set; }

        internal DateTimeOffset RobotsAt { get; set; }

        internal DateTimeOffset NotBefore { get; set; } = DateTimeOffset.MinValue;

        internal int Failures { get; set; }

        internal int Taken { get; set; }

        internal bool Busy { get; set; }

        internal DateTimeOffset NextAt => Due.TryPeek(out _, out DateTimeOffset due) && due > NotBefore ? due : NotBefore;
    }

    private sealed class Target(Uri url, int level)
    {
        internal Uri Url => url;

        internal int Level => level;

        internal string? ETag { get; set; }

        internal string? Digest { get; set; }

        internal TimeSpan? Interval { get; set; }
    }
}
