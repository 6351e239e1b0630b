namespace ResearchKit.Simulation;

/// <summary>
/// A directed connection that carries a message of b bytes in latency + b / bandwidth. It has no memory: transfers that wait for one another go through a
/// <see cref="FifoResource"/> for <see cref="SerializationTime"/> and arrive <see cref="Latency"/> later.
/// </summary>
public sealed record Link
{
    /// <summary>A connection.</summary>
    /// <param name="latency">The delay of the first byte; not negative.</param>
    /// <param name="bytesPerSecond">The bandwidth; positive, or infinite where only the latency counts.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public Link(VirtualTime latency, double bytesPerSecond)
    {
        if (latency < VirtualTime.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(latency), latency, "A latency is not negative.");
        }

        if (!(bytesPerSecond > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(bytesPerSecond),
                bytesPerSecond,
                "A bandwidth is positive; with 0 a transfer would never end."
            );
        }

        Latency = latency;
        BytesPerSecond = bytesPerSecond;
    }

    /// <summary>The delay of the first byte.</summary>
    public VirtualTime Latency { get; }

    /// <summary>The bandwidth in bytes per second.</summary>
    public double BytesPerSecond { get; }

    /// <summary>A connection with a bandwidth in Mbit/s (SI: 1 Mbit/s is 125,000 bytes per second).</summary>
    /// <param name="latency">The one-way delay: half of the round trip.</param>
    /// <param name="megabitsPerSecond">The bandwidth; positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static Link OfMegabits(VirtualTime latency, double megabitsPerSecond) => new(latency, megabitsPerSecond * 125_000);

    /// <summary>How long the bytes occupy the connection: bytes / bandwidth, rounded to the nearest nanosecond.</summary>
    /// <param name="bytes">The size; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative, or the transfer takes longer than 292 years.</exception>
    public VirtualTime SerializationTime(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return VirtualTime.FromSeconds(bytes / BytesPerSecond);
    }

    /// <summary>How long a message takes on an idle connection: latency + bytes / bandwidth.</summary>
    /// <param name="bytes">The size; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative, or the transfer takes longer than 292 years.</exception>
    public VirtualTime TransferTime(long bytes) => Latency + SerializationTime(bytes);
}
