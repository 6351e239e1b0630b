namespace ResearchKit.Rag;

/// <summary>The hyperplanes of <see cref="LshProximityCache{TValue}"/>.</summary>
public sealed record LshOptions
{
    /// <summary>L, 0 to 30: 2^L possible buckets. Default 8.</summary>
    public int Hyperplanes
    {
        get;
        init =>
            field = value is >= 0 and <= 30
                ? value
                : throw new ArgumentOutOfRangeException(nameof(Hyperplanes), value, "L is 0 to 30: 2^L buckets are addressed.");
    } = 8;

    /// <summary>b, the entries of a bucket, at least 1. Default 20.</summary>
    public int BucketCapacity
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(BucketCapacity), value, "b is at least 1.");
    } = 20;

    /// <summary>Names the stream that draws the hyperplanes.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// m, how many neighbouring buckets are looked into as well: those whose signature differs in the bit of the plane that is nearest to the query, the second nearest,
    /// ... 0 to L. Default 0, as in the paper.
    /// </summary>
    public int Probes
    {
        get;
        init =>
            field = value is >= 0 and <= 30 ? value : throw new ArgumentOutOfRangeException(nameof(Probes), value, "Probes are 0 to L.");
    }
}
