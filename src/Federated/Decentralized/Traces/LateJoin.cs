using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>The last nodes come at one moment; all others are there from the start.</summary>
/// <param name="firstJoiner">The first of those who come; all nodes after it come too.</param>
/// <param name="at">When.</param>
public sealed class LateJoin(int firstJoiner, VirtualTime at) : IAvailability
{
    /// <inheritdoc/>
    public bool IsOnlineAtStart(int node) => node < firstJoiner;

    /// <inheritdoc/>
    public PresenceChange? Next(int node, VirtualTime after) => node >= firstJoiner && at > after ? new(at, true) : null;
}
