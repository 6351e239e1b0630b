namespace ResearchKit.Rag;

/// <summary>The options of a Proximity cache (arXiv:2503.05530, section 3).</summary>
public sealed record ProximityCacheOptions
{
    /// <summary>The length of a key, at least 1. Has to be set.</summary>
    public required int Dimension
    {
        get;
        init => field = AtLeastOne(value, nameof(Dimension));
    }

    /// <summary>
    /// tau: a distance in <see cref="Metric"/>, 0 or more. Has to be set: no value is right for every embedder. Of unit vectors the L2 distance is sqrt(2 - 2 cos), 1.41 between
    /// unrelated ones; of vectors that are not scaled it can be of any size.
    /// </summary>
    public required float Tolerance
    {
        get;
        init => field = CheckTolerance(value, nameof(Tolerance));
    }

    /// <summary>c, the number of entries, at least 1. Default 300, the paper's largest. Of an LSH cache the bucket capacity counts instead.</summary>
    public int Capacity
    {
        get;
        init => field = AtLeastOne(value, nameof(Capacity));
    } = 300;

    /// <summary>Which entry a full cache gives up. Default FIFO.</summary>
    public EvictionPolicy Eviction { get; init; }

    /// <summary>Whether a distance equal to the tolerance matches. Default: it does.</summary>
    public MatchComparison Comparison { get; init; }

    /// <summary>What an equal key does. Default: another entry.</summary>
    public DuplicateKeys Duplicates { get; init; }

    /// <summary>The metric; that of the store whose answers are cached. Default Euclidean.</summary>
    public VectorMetric Metric { get; init; }

    /// <summary>How long an entry answers, above zero; null: as long as it is there.</summary>
    public TimeSpan? TimeToLive
    {
        get;
        init =>
            field =
                value is null || value > TimeSpan.Zero
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(TimeToLive), value, "A time to live is above zero, or null.");
    }

    /// <summary>Where the age of entries is taken from.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal static float CheckTolerance(float value, string name) =>
        value >= 0 ? value : throw new ArgumentOutOfRangeException(name, value, "A tolerance is a distance: 0 or more.");

    private static int AtLeastOne(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is at least 1.");
}
