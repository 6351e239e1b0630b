using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Federated averaging with an emulated server, as the papers of Plexus compare with: the protocol with one node that aggregates every round. The server stands where the delays to others are smallest in the median,
/// has practically unlimited bandwidth, and is always there.
/// </summary>
public sealed class ServerFedAvg : IDecentralizedAlgorithm
{
    private const double ServerBandwidth = 1e12;

    /// <summary>Federated averaging.</summary>
    /// <param name="options">Sample size, success fraction and timeouts; those of Plexus by default.</param>
    /// <param name="name">Its name in tables.</param>
    public ServerFedAvg(PlexusOptions? options = null, string name = "fedavg") => (Options, Name) = (options ?? new PlexusOptions(), name);

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The settings.</summary>
    public PlexusOptions Options { get; }

    /// <inheritdoc/>
    public bool HasGlobalModel => true;

    /// <summary>Which node is the server.</summary>
    public static int ServerOf(SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Latency?.MostCentralSite(Math.Min(options.Devices.Count, options.Latency.Sites)) ?? 0;
    }

    /// <inheritdoc/>
    public SimulationOptions Adjust(SimulationOptions options)
    {
        int server = ServerOf(options);
        Device[] devices = [.. options.Devices];
        devices[server] = devices[server] with { BytesPerSecond = ServerBandwidth };
        return options with { Devices = devices, Availability = new WithServer(options.Availability, server) };
    }

    /// <inheritdoc/>
    public AlgorithmRun Begin(SimulationKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        return new Plexus(Options with { FixedAggregator = ServerOf(kernel.Options) }, Name).Begin(kernel);
    }

    private sealed class WithServer(IAvailability others, int server) : IAvailability
    {
        public bool IsOnlineAtStart(int node) => node == server || others.IsOnlineAtStart(node);

        public PresenceChange? Next(int node, VirtualTime after) => node == server ? null : others.Next(node, after);
    }
}
