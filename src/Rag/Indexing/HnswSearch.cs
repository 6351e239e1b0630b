namespace ResearchKit.Rag;

/// <summary>The memory of one search in a graph: which nodes were seen, what is to be looked at, what has been found. Kept and used again.</summary>
internal sealed class HnswSearch
{
    public static readonly Comparison<Neighbor> Nearest = static (a, b) =>
        a.Distance != b.Distance ? a.Distance.CompareTo(b.Distance) : a.Row.CompareTo(b.Row);

    private int[] _seen = [];
    private int _visit;
    private Neighbor[] _open = new Neighbor[256]; // a heap, nearest on top
    private int _openCount;
    private Neighbor[] _found = new Neighbor[256]; // a heap, farthest on top
    private int _foundCount;
    private int _size;

    /// <summary>The new lists of links that an insertion will set.</summary>
    public List<(int Node, int Level, int[] Links)> Pending { get; } = [];

    /// <summary>What is farther need not be offered.</summary>
    public float Limit { get; private set; }

    public ReadOnlySpan<Neighbor> Results => _found.AsSpan(0, _foundCount);

    public void Reset(int nodes)
    {
        if (_seen.Length < nodes)
        {
            _seen = new int[Math.Max(nodes, 2 * _seen.Length)];
            _visit = 0;
        }
        NextVisit();
    }

    public void NextVisit()
    {
        if (++_visit == int.MaxValue)
        {
            Array.Clear(_seen);
            _visit = 1;
        }
    }

    public bool Visit(int node)
    {
        bool first = _seen[node] != _visit;
        _seen[node] = _visit;
        return first;
    }

    public void Start(int entry, float distance, int size)
    {
        (_openCount, _foundCount, _size, Limit) = (0, 0, size, float.PositiveInfinity);
        Visit(entry);
        Offer(entry, distance);
    }

    public bool TryTakeNearest(out Neighbor nearest)
    {
        nearest = _openCount > 0 ? _open[0] : default;
        if (_openCount == 0 || (_foundCount == _size && nearest.Distance > Limit))
        {
            return false;
        }
        Neighbor last = _open[--_openCount];
        int place = 0;
        for (int child = 1; child < _openCount; child = 2 * place + 1)
        {
            child += child + 1 < _openCount && _open[child + 1].Distance < _open[child].Distance ? 1 : 0;
            if (_open[child].Distance >= last.Distance)
            {
                break;
            }
            _open[place] = _open[child];
            place = child;
        }
        _open[place] = last;
        return true;
    }

    public void Offer(int node, float distance)
    {
        if (_foundCount == _size && distance >= Limit)
        {
            return;
        }
        Neighbor neighbor = new(node, distance);
        Open(neighbor);
        if (_foundCount < _size)
        {
            if (_foundCount == _found.Length)
            {
                Array.Resize(ref _found, 2 * _found.Length);
            }
            int place = _foundCount++;
            for (int parent = (place - 1) / 2; place > 0 && _found[parent].Distance < distance; parent = (place - 1) / 2)
            {
                _found[place] = _found[parent];
                place = parent;
            }
            _found[place] = neighbor;
        }
        else
        {
            int place = 0;
            for (int child = 1; child < _foundCount; child = 2 * place + 1)
            {
                child += child + 1 < _foundCount && _found[child + 1].Distance > _found[child].Distance ? 1 : 0;
                if (_found[child].Distance <= distance)
                {
                    break;
                }
                _found[place] = _found[child];
                place = child;
            }
            _found[place] = neighbor;
        }
        Limit = _foundCount == _size ? _found[0].Distance : float.PositiveInfinity;
    }

    public void SortResults() => _found.AsSpan(0, _foundCount).Sort(Nearest);

    private void Open(Neighbor neighbor)
    {
        if (_openCount == _open.Length)
        {
            Array.Resize(ref _open, 2 * _open.Length);
        }
        int place = _openCount++;
        for (int parent = (place - 1) / 2; place > 0 && _open[parent].Distance > neighbor.Distance; parent = (place - 1) / 2)
        {
            _open[place] = _open[parent];
            place = parent;
        }
        _open[place] = neighbor;
    }
}
