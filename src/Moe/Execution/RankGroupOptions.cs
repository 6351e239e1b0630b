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
        init =>
            field = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(Patience), value, "Patience is positive.");
    } = TimeSpan.FromMinutes(1);

    /// <summary>Messages between processes are cut into parts of at most so many bytes, as a count of MPI has 32 bits. Default 1 GiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int LargestMessageBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1 << 30;
}
