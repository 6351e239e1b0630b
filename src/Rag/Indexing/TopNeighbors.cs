namespace ResearchKit.Rag;

/// <summary>Keeps the k nearest of a stream of neighbours; of equal distances the smaller row. A binary heap with the worst on top, in memory of the caller's.</summary>
/// <param name="memory">Room for k neighbours.</param>
/// <param name="count">How many are in it already, as an earlier value left them.</param>
/// <param name="limit">Its limit then.</param>
internal ref struct TopNeighbors(Span<Neighbor> memory, int count = 0, float limit = float.PositiveInfinity)
{
    private readonly Span<Neighbor> _heap = memory;

    /// <summary>How many are kept.</summary>
    public int Count { get; private set; } = count;

    /// <summary>What is farther than this cannot come in.</summary>
    public float Limit { get; private set; } = limit;

    /// <summary>Offers a neighbour.</summary>
    public void Offer(int row, float distance)
    {
        if (distance > Limit)
        {
            return;
        }
        Neighbor candidate = new(row, distance);
        if (Count < _heap.Length)
        {
            int place = Count++;
            while (place > 0 && IsWorse(candidate, _heap[(place - 1) / 2]))
            {
                _heap[place] = _heap[(place - 1) / 2];
                place = (place - 1) / 2;
            }
            _heap[place] = candidate;
        }
        else if (IsWorse(_heap[0], candidate))
        {
            Sink(candidate, Count);
        }
        Limit = Count == _heap.Length ? _heap[0].Distance : float.PositiveInfinity;
    }

    /// <summary>Sorts what is kept, nearest first, and gives its number.</summary>
    public int Sort()
    {
        _heap[..Count].Sort(static (a, b) => a.Distance != b.Distance ? a.Distance.CompareTo(b.Distance) : a.Row.CompareTo(b.Row));
        return Count;
    }

    private readonly void Sink(Neighbor candidate, int count)
    {
        int place = 0;
        while (2 * place + 1 < count)
        {
            int child = 2 * place + 1;
            if (child + 1 < count && IsWorse(_heap[child + 1], _heap[child]))
            {
                child++;
            }
            if (!IsWorse(_heap[child], candidate))
            {
                break;
            }
            _heap[place] = _heap[child];
            place = child;
        }
        _heap[place] = candidate;
    }

    private static bool IsWorse(Neighbor a, Neighbor b) => a.Distance > b.Distance || (a.Distance == b.Distance && a.Row > b.Row);
}
