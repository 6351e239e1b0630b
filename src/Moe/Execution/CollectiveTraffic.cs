namespace ResearchKit.Moe;

/// <summary>The bytes that a rank exchanged with others; what it keeps for itself does not count.</summary>
/// <param name="BytesSent">Sent.</param>
/// <param name="BytesReceived">Received.</param>
public readonly record struct CollectiveTraffic(long BytesSent, long BytesReceived)
{
    /// <summary>The difference of two.</summary>
    public static CollectiveTraffic operator -(CollectiveTraffic a, CollectiveTraffic b) =>
        new(a.BytesSent - b.BytesSent, a.BytesReceived - b.BytesReceived);
}
