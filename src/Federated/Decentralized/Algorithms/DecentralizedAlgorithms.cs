namespace ResearchKit.Federated.Decentralized;

/// <summary>The algorithms of the paper and its baselines, in one place. A user's own one is added to the application, not here.</summary>
public static class DecentralizedAlgorithms
{
    private const int PublishedDegree = 10;

    /// <summary>All, with the settings of the published commands.</summary>
    public static IReadOnlyList<IDecentralizedAlgorithm> All { get; } =
    [
        new Plexus(),
        new ServerFedAvg(),
        new DPsgd(kernel => FixedTopology.Regular(kernel.Nodes, Degree(kernel.Nodes), kernel.Random("topology")), "d-psgd-regular"),
        new DPsgd(kernel => new OnePeerExponential(kernel.Nodes), "d-psgd-one-peer"),
        new DPsgd(kernel => FixedTopology.Exponential(kernel.Nodes), "d-psgd-exponential"),
        new DPsgd(kernel => FixedTopology.Ring(kernel.Nodes), "d-psgd-ring"),
        new GossipLearning(),
        new DPsgd(kernel => new EpidemicLocal(kernel.Nodes, Degree(kernel.Nodes), kernel.Random("topology")), "epidemic-local"),
        new DPsgd(kernel => new EpidemicOracle(kernel.Nodes, Degree(kernel.Nodes), kernel.Random("topology")), "epidemic-oracle"),
        new AdPsgd(),
        new PeriodicGossip(),
        new ClassicFedAvg(),
        new Plexus(new() { Aggregators = 2, AggregatorChoice = AggregatorChoice.HashOrder }, "modest"),
        new Plexus(new() { AggregatorChoice = AggregatorChoice.HashOrder }, "plexus-hash-order"),
    ];

    private static int Degree(int nodes) => nodes > PublishedDegree ? PublishedDegree : Math.Max(1, nodes - 1);
}
