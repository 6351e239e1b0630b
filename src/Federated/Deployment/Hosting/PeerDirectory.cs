using ResearchKit.Federated.Decentralized;

namespace ResearchKit.Federated.Deployment;

/// <summary>All nodes a process has heard of, by their numbers, and where they are. Safe from several threads.</summary>
public sealed class PeerDirectory
{
    /// <summary>More nodes than this are not taken in: a hostile peer could fill the memory with made-up ones.</summary>
    public const int MostPeers = 100_000;

    private readonly Lock _gate = new();
    private readonly List<PeerInfo> _peers = [];

    /// <summary>The identifiers.</summary>
    public Roster Roster { get; } = new();

    /// <summary>How many nodes there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _peers.Count;
            }
        }
    }

    /// <summary>A node by its number.</summary>
    public PeerInfo this[int node]
    {
        get
        {
            lock (_gate)
            {
                return _peers[node];
            }
        }
    }

    /// <summary>The number of a node, which it gets now if it is new; null if there are too many.</summary>
    public int? Add(PeerInfo peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        lock (_gate)
        {
            if (!Roster.TryFind(peer.Id, out int node))
            {
                if (_peers.Count >= MostPeers)
                {
                    return null;
                }

                node = Roster.Add(peer.Id);
                _peers.Add(peer);
            }

            return node;
        }
    }

    /// <summary>The number of a node, if it is known.</summary>
    public bool TryFind(NodeId id, out int node)
    {
        lock (_gate)
        {
            return Roster.TryFind(id, out node);
        }
    }
}
