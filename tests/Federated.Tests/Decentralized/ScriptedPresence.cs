using ResearchKit.Federated.Decentralized;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Tests.Decentralized;

/// <summary>Presence by a list of what happens when.</summary>
internal sealed class ScriptedPresence(IEnumerable<int> offlineAtStart, IEnumerable<(double TimeS, int Node, string Action)> actions)
    : IAvailability
{
    private readonly HashSet<int> _offline = [.. offlineAtStart];

    private readonly ILookup<int, PresenceChange> _changes = actions
        .OrderBy(a => a.TimeS)
        .ToLookup(a => a.Node, a => new PresenceChange(VirtualTime.FromSeconds(a.TimeS), a.Action == "join", a.Action == "leave"));

    public bool IsOnlineAtStart(int node) => !_offline.Contains(node);

    public PresenceChange? Next(int node, VirtualTime after)
    {
        foreach (PresenceChange change in _changes[node])
        {
            if (change.At > after)
            {
                return change;
            }
        }

        return null;
    }
}
