namespace ResearchKit.Moe;

/// <summary>How ranks run within one process.</summary>
public sealed record RankGroupOptions
{
    /// <summary>Torch's threads for each rank; null for the cores divided by the ranks, at least 1.</summary>
    public int? ThreadsPerRank { get; init; }

    /// <summary>How long a rank waits for another. Default a minute.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public TimeSpan Patience
    {
        get;
        init => field = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(Patience), value, "Patience is positive.");
    } = TimeSpan.FromMinutes(1);
}
