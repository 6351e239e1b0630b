using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>A change of a node's presence.</summary>
/// <param name="At">When.</param>
/// <param name="IsOnline">Whether it is there from then on.</param>
/// <param name="IsGraceful">If it goes: whether it says so. Departures in traces do, crashes do not.</param>
public readonly record struct PresenceChange(VirtualTime At, bool IsOnline, bool IsGraceful = true);

/// <summary>When which node is there. Pure: the same question has the same answer.</summary>
public interface IAvailability
{
    /// <summary>Whether a node is there at the start.</summary>
    bool IsOnlineAtStart(int node);

    /// <summary>The first change of a node's presence after a time; null if there is none.</summary>
    /// <param name="node">The node.</param>
    /// <param name="after">The time.</param>
    PresenceChange? Next(int node, VirtualTime after);
}
