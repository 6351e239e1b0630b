namespace ResearchKit.Federated.Deployment;

/// <summary>How often what was rejected. Safe from several threads.</summary>
public sealed class RejectionCounts
{
    private readonly long[] _counts = new long[Enum.GetValues<Rejection>().Length];

    /// <summary>How often for this reason.</summary>
    public long this[Rejection reason] => Interlocked.Read(ref _counts[(int)reason]);

    /// <summary>How often at all.</summary>
    public long Total => Enum.GetValues<Rejection>().Sum(reason => this[reason]);

    /// <summary>One more.</summary>
    public void Add(Rejection reason) => Interlocked.Increment(ref _counts[(int)reason]);
}
