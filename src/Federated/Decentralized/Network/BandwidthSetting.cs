using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>Limits and clock of a <see cref="BandwidthModel"/>.</summary>
/// <param name="Events">The queue; its granularity cuts transfer times.</param>
/// <param name="EventKind">The kind of the completion events; their payload goes to <see cref="BandwidthModel.Complete"/>.</param>
/// <param name="Outgoing">The limit of each node's outgoing transfers together, bytes per second, positive.</param>
/// <param name="Incoming">The limit of each node's incoming transfers together, bytes per second, positive.</param>
/// <param name="WholeBytes">Whether the bytes carried are cut to whole ones whenever they are counted, as in simulators that count so.</param>
/// <param name="DeliverFirst">Whether a completed transfer is told before its bandwidth is given to others; otherwise after.</param>
/// <param name="PublishedKills">
/// Whether a node that goes leaves requests alive that wait at their sender and were not offered to it yet, and its busy time of the moment is not counted, as in the published scheduler; otherwise they fail, and it is.
/// </param>
public sealed record BandwidthSetting(
    EventQueue Events,
    int EventKind,
    IReadOnlyList<double> Outgoing,
    IReadOnlyList<double> Incoming,
    bool WholeBytes = false,
    bool DeliverFirst = false,
    bool PublishedKills = false
);
