namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Who a node believes takes part (arXiv:2302.13837, section 3.5): for each known node the last round in which it was seen active, and the last of its announcements. Views are merged by the
/// nodes' own counters, so of two announcements the later one wins everywhere. Nodes are the numbers of a <see cref="Roster"/>.
/// </summary>
/// <remarks>A snapshot shares everything with its view until either changes. One thread at a time; snapshots may be read by others.</remarks>
public sealed class PopulationView
{
    private static long _tokens;

    private ViewTree.Part? _root;
    private int _height;
    private long _token = Interlocked.Increment(ref _tokens);

    /// <summary>A view that knows nobody.</summary>
    public PopulationView() { }

    private PopulationView(PopulationView other) =>
        (_root, _height, HighestRound, KnownBound) = (other._root, other._height, other.HighestRound, other.KnownBound);

    /// <summary>The latest round of any entry; -1 if the view is empty.</summary>
    public int HighestRound { get; private set; } = -1;

    /// <summary>One more than the largest number of a node that was ever known here.</summary>
    public int KnownBound { get; private set; }

    /// <summary>A view that knows the nodes 0 to <paramref name="count"/> - 1, never seen active and taking part.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static PopulationView OfAll(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        PopulationView view = new();
        for (int i = 0; i < count; i++)
        {
            view.Add(i);
        }

        return view;
    }

    /// <summary>What is known of a node; null if it is not.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="node"/> is negative.</exception>
    public ViewEntry? this[int node]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(node);
            ViewTree.Leaf? leaf = node < KnownBound ? ViewTree.Find(_root, _height, node) : null;
            int stamp = leaf is null ? 0 : leaf.Stamps[node & (ViewTree.Width - 1)];
            return stamp == 0
                ? null
                : new(
                    leaf!.Rounds[node & (ViewTree.Width - 1)],
                    (stamp >> 1) - 1,
                    (stamp & 1) == 0 ? MembershipChange.Join : MembershipChange.Leave
                );
        }
    }

    /// <summary>Whether a node is known.</summary>
    public bool Knows(int node) => this[node] is not null;

    /// <summary>A view of its own with the same content: constant time, whatever the size.</summary>
    public PopulationView Snapshot()
    {
        _token = Interlocked.Increment(ref _tokens);
        return new(this);
    }

    /// <summary>Adds a node that is not known; nothing if it is.</summary>
    /// <param name="node">The node.</param>
    /// <param name="round">When it was last seen active.</param>
    public void Add(int node, int round = -1)
    {
        if (!Knows(node))
        {
            Set(node, new(round, 0, MembershipChange.Join));
        }
    }

    /// <summary>Forgets a node; nothing if it is not known. Takes time in the size of the view.</summary>
    public void Remove(int node)
    {
        if (Knows(node))
        {
            ViewTree.Leaf leaf = ViewTree.Write(ref _root, _height, node, _token);
            leaf.Rounds[node & (ViewTree.Width - 1)] = ViewTree.Unseen;
            leaf.Stamps[node & (ViewTree.Width - 1)] = 0;
            FindHighestRound();
        }
    }

    /// <summary>A node was seen active in a round: its entry keeps the latest one. A node that was not known is added.</summary>
    public void Activity(int node, int round)
    {
        ViewEntry? entry = this[node];
        if (entry is null || entry.Value.Round < round)
        {
            Set(node, entry is { } known ? known with { Round = round } : new(round, 0, MembershipChange.Join));
        }
    }

    /// <summary>Replaces, or adds, what is known of a node.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The node or the counter is negative.</exception>
    public void Set(int node, ViewEntry entry)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(node);
        ArgumentOutOfRangeException.ThrowIfNegative(entry.Counter);
        while (node >> ((_height + 1) * ViewTree.Bits) != 0)
        {
            Grow();
        }

        bool lowers = node < KnownBound && this[node] is { } old && old.Round == HighestRound && entry.Round < old.Round;
        ViewTree.Leaf leaf = ViewTree.Write(ref _root, _height, node, _token);
        leaf.Rounds[node & (ViewTree.Width - 1)] = entry.Round;
        leaf.Stamps[node & (ViewTree.Width - 1)] = ((entry.Counter + 1) << 1) | (entry.State == MembershipChange.Leave ? 1 : 0);
        HighestRound = Math.Max(HighestRound, entry.Round);
        KnownBound = Math.Max(KnownBound, node + 1);
        if (lowers)
        {
            FindHighestRound();
        }
    }

    /// <summary>
    /// Takes over what another view knows better: unknown nodes as they are, of known ones the later round, and the announcement with the strictly higher counter.
    /// </summary>
    public void Merge(PopulationView other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(other, this))
        {
            return;
        }

        other._token = Interlocked.Increment(ref _tokens); // what is shared from here on is nobody's to write
        while (_height < other._height)
        {
            Grow();
        }

        ViewTree.Part? root = other._root;
        for (int height = other._height; height < _height && root is not null; height++)
        {
            ViewTree.Branch above = new(0);
            above.Children[0] = root;
            root = above;
        }

        _root = ViewTree.Merge(_root, root, _height, _token);
        HighestRound = Math.Max(HighestRound, other.HighestRound);
        KnownBound = Math.Max(KnownBound, other.KnownBound);
    }

    /// <summary>
    /// Whether a node may be asked: it has not left, and was seen in the last <paramref name="inactivityThreshold"/> rounds before <paramref name="round"/>; a view's owner always may.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="round">The round for which someone is looked for; null or 0: the time of being seen does not matter.</param>
    /// <param name="inactivityThreshold">Dk.</param>
    /// <param name="owner">Whose view it is.</param>
    public bool IsActive(int node, int? round, int inactivityThreshold, int owner) =>
        this[node] is { } entry
        && (
            node == owner
            || (entry.State == MembershipChange.Join && (round is null or 0 || entry.Round >= round.Value - inactivityThreshold))
        );

    /// <summary>The known nodes and what is known of them, by number.</summary>
    public IEnumerable<(int Node, ViewEntry Entry)> Entries()
    {
        for (int node = 0; node < KnownBound; node++)
        {
            if (ViewTree.Find(_root, _height, node) is null)
            {
                node |= ViewTree.Width - 1;
            }
            else if (this[node] is { } entry)
            {
                yield return (node, entry);
            }
        }
    }

    /// <summary>The entries in which this view differs from an older one; parts that both share are skipped unread.</summary>
    /// <param name="older">The older view; null: all entries.</param>
    public IEnumerable<(int Node, ViewEntry Entry)> ChangesSince(PopulationView? older)
    {
        for (int node = 0; node < KnownBound; node++)
        {
            ViewTree.Leaf? leaf = ViewTree.Find(_root, _height, node);
            ViewTree.Leaf? before = older is null || node >= older.KnownBound ? null : ViewTree.Find(older._root, older._height, node);
            if (leaf is null || ReferenceEquals(leaf, before))
            {
                node |= ViewTree.Width - 1;
            }
            else if (this[node] is { } entry && entry != older?[node])
            {
                yield return (node, entry);
            }
        }
    }

    private void FindHighestRound()
    {
        HighestRound = -1;
        foreach ((_, ViewEntry entry) in Entries())
        {
            HighestRound = Math.Max(HighestRound, entry.Round);
        }
    }

    private void Grow()
    {
        if (_root is not null)
        {
            ViewTree.Branch above = new(_token);
            above.Children[0] = _root;
            _root = above;
        }

        _height++;
    }
}
