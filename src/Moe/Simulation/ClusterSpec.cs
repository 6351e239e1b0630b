namespace ResearchKit.Moe;

/// <summary>A machine with several ranks, as the simulator sees it.</summary>
public sealed record ClusterSpec
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>G.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Ranks
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Ranks));
            field = value;
        }
    } = 1;

    /// <summary>Seconds before the first byte of a collective.</summary>
    public double LatencySeconds
    {
        get;
        init =>
            field =
                value >= 0 && double.IsFinite(value)
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(LatencySeconds), value, "A latency is finite and not negative.");
    }

    /// <summary>Bytes per second from host memory to a rank, when it is alone.</summary>
    public double HostBytesPerSecond
    {
        get;
        init => field = Positive(value, nameof(HostBytesPerSecond));
    } = 8.32e9;

    /// <summary>The share of that bandwidth which is left when several ranks load in the same layer.</summary>
    public double HostContention
    {
        get;
        init =>
            field = value is > 0 and <= 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(HostContention), value, "A share is in (0, 1].");
    } = 0.55;

    /// <summary>Bytes per second between two ranks' memories, for weights that peers send.</summary>
    public double PeerBytesPerSecond
    {
        get;
        init => field = Positive(value, nameof(PeerBytesPerSecond));
    } = 18.9e9;

    /// <summary>The program on this machine.</summary>
    public required EngineProfile Engine { get; init; }

    /// <summary>
    /// HarMoEny's machine: 8 V100 (DGX-1 class). Host to GPU 8.32 GB/s idle; under load published even-split runs imply 4.2 to 4.8 GB/s.
    /// </summary>
    /// <param name="engine">The program; HarMoEny's with Switch if null.</param>
    /// <param name="ranks">G; 8 for Switch, 6 for Qwen.</param>
    public static ClusterSpec Dgx1V100(EngineProfile? engine = null, int ranks = 8) =>
        new()
        {
            Name = "dgx1-v100",
            Ranks = ranks,
            LatencySeconds = 30e-6,
            Engine = engine ?? EngineProfile.SwitchHarmoeny,
        };

    private static double Positive(double value, string name) =>
        value > 0 ? value : throw new ArgumentOutOfRangeException(name, value, "A bandwidth is positive.");
}
