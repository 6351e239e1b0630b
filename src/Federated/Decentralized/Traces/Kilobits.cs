namespace ResearchKit.Federated.Decentralized;

/// <summary>The bandwidths of traces.</summary>
public static class Kilobits
{
    /// <summary>Bytes per second of kilobits per second: whole ones, as the published simulators take them.</summary>
    /// <param name="kilobits">Kilobits per second; positive.</param>
    /// <param name="bitsPerKilobit">1000, or 1024.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static double ToBytes(double kilobits, int bitsPerKilobit = 1000)
    {
        if (bitsPerKilobit is not (1000 or 1024))
        {
            throw new ArgumentOutOfRangeException(nameof(bitsPerKilobit), bitsPerKilobit, "A kilobit has 1000 bits, or 1024.");
        }

        return kilobits is > 0 and < 1e12
            ? Math.Max(1, Math.Floor(Math.Truncate(kilobits) * bitsPerKilobit / 8))
            : throw new ArgumentOutOfRangeException(nameof(kilobits), kilobits, "A bandwidth is positive: a transfer would never end.");
    }
}
