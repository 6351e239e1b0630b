namespace ResearchKit.Metrics;

/// <summary>A sum of traffic.</summary>
/// <param name="Transfers">How many transfers there were, whole and partial.</param>
/// <param name="Partial">How many of them did not arrive whole.</param>
/// <param name="BytesUp">The bytes that left senders.</param>
/// <param name="BytesDown">The bytes that reached receivers; less than up by what was lost or is on its way.</param>
public readonly record struct TrafficTotal(long Transfers, long Partial, long BytesUp, long BytesDown)
{
    /// <summary>The sum of two.</summary>
    public static TrafficTotal operator +(TrafficTotal a, TrafficTotal b) =>
        checked(new(a.Transfers + b.Transfers, a.Partial + b.Partial, a.BytesUp + b.BytesUp, a.BytesDown + b.BytesDown));
}
