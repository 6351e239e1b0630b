using ResearchKit.Numerics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>What the nodes of a population share.</summary>
/// <param name="Options">The protocol's settings, fitted to the population by <see cref="PlexusOptions.For"/>.</param>
/// <param name="Orders">The sample orders.</param>
/// <param name="Models">How models are averaged.</param>
/// <param name="Bandwidths">The bandwidth of a node as everybody believes it; null: nobody knows any, and aggregators are chosen by hash.</param>
/// <param name="Random">Where shuffles and the choice of whom to tell come from; each node splits its own. Null: no shuffling, and the first are chosen, as in traces for comparison.</param>
public sealed record PlexusSetting(
    PlexusOptions Options,
    SampleOrders Orders,
    IModelArithmetic Models,
    Func<int, double>? Bandwidths = null,
    RandomStream? Random = null
)
{
    internal Simulation.VirtualTime PingTimeout { get; } = Simulation.VirtualTime.FromTimeSpan(Options.PingTimeout);

    internal Simulation.VirtualTime FirstWait { get; } =
        Simulation.VirtualTime.FromTimeSpan(Options.PingRetry < Options.PingTimeout ? Options.PingRetry : Options.PingTimeout);

    internal Simulation.VirtualTime AggregationTimeout { get; } = Simulation.VirtualTime.FromTimeSpan(Options.AggregationTimeout);
}
