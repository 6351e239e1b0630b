using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>Everybody is always there.</summary>
public sealed class AlwaysOn : IAvailability
{
    /// <summary>The one of its kind.</summary>
    public static AlwaysOn Instance { get; } = new();

    /// <inheritdoc/>
    public bool IsOnlineAtStart(int node) => true;

    /// <inheritdoc/>
    public PresenceChange? Next(int node, VirtualTime after) => null;
}
