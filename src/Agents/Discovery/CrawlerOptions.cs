namespace ResearchKit.Agents.Discovery;

/// <summary>How a crawler behaves.</summary>
public sealed record CrawlerOptions
{
    /// <summary>Between two requests to a host, at least. Default one second.</summary>
    public TimeSpan LeastDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two requests to a host, at least so many times its last answer took. Default 10.</summary>
    public double DelayPerResponse { get; init; } = 10;

    /// <summary>Hosts that are read from at the same time. Default 16.</summary>
    public int MostParallel
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MostParallel is at least 1.");
    } = 16;

    /// <summary>Addresses that are taken from one host. Default 1,000.</summary>
    public int MostOfHost { get; init; } = 1_000;

    /// <summary>Pages of an index that are followed. Default 5.</summary>
    public int MostIndexPages { get; init; } = 5;

    /// <summary>Whether to stop once every address was visited; else addresses are visited again for as long as the crawler runs. Default true.</summary>
    public bool Once { get; init; } = true;

    /// <summary>The first interval between two visits. Default one day.</summary>
    public TimeSpan FirstInterval { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The shortest interval. Default 15 minutes.</summary>
    public TimeSpan ShortestInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The longest interval. Default 14 days.</summary>
    public TimeSpan LongestInterval { get; init; } = TimeSpan.FromDays(14);

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
