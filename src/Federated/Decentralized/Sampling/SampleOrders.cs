namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// The sample orders of a roster, shared by all nodes of a process: the beginning of a round's order is computed once, and each node leaves out whom it believes gone. More of the order is computed when somebody
/// needs more. The result is that of <see cref="SampleOrder"/>.
/// </summary>
public sealed class SampleOrders
{
    // A few hundred bytes each, and a pass over all nodes to find again: stragglers come back to rounds that are hundreds behind.
    private const int RoundsKept = 4096;

    private readonly Roster _roster;
    private readonly SampleDigests _digests;
    private readonly int _first;
    private readonly Dictionary<int, int[]> _orders = [];
    private readonly Queue<int> _age = new();
    private int _count;
    private ulong[] _upper = [];
    private ulong[] _lower = [];
    private int[] _heap = [];

    /// <summary>The orders of a roster.</summary>
    /// <param name="roster">Who is ordered; may grow.</param>
    /// <param name="hash">By which hash.</param>
    /// <param name="first">How much of an order is computed at first, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="first"/> is below 1.</exception>
    public SampleOrders(Roster roster, SampleHash hash = SampleHash.Md5, int first = 64)
    {
        ArgumentNullException.ThrowIfNull(roster);
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        (_roster, _first) = (roster, first);
        _digests = new SampleDigests(roster, hash);
    }

    /// <summary>The roster.</summary>
    public Roster Roster => _roster;

    /// <summary>The beginning of a round's order over the whole roster: at least <paramref name="least"/> nodes, or all.</summary>
    /// <param name="round">The round.</param>
    /// <param name="least">How many are wanted.</param>
    public ReadOnlySpan<int> First(int round, int least)
    {
        if (_roster.Count != _count)
        {
            _orders.Clear();
            _age.Clear();
            _count = _roster.Count;
        }

        if (!_orders.TryGetValue(round, out int[]? order))
        {
            if (_age.Count == RoundsKept)
            {
                _orders.Remove(_age.Dequeue());
            }

            _age.Enqueue(round);
            order = _orders[round] = Select(round, Math.Max(_first, least));
        }
        else if (order.Length < Math.Min(least, _count))
        {
            order = _orders[round] = Select(round, Math.Max(2 * order.Length, least));
        }

        return order;
    }

    private int[] Select(int round, int wanted)
    {
        if (_upper.Length < _count)
        {
            (_upper, _lower) = (new ulong[_count], new ulong[_count]);
        }

        _digests.Fill(round, _upper.AsSpan(0, _count), _lower.AsSpan(0, _count));
        int size = Math.Min(wanted, _count);
        if (_heap.Length < size)
        {
            _heap = new int[size];
        }

        // The largest of the chosen is on top: whoever is not below it is out, which is nearly everyone.
        Span<int> heap = _heap.AsSpan(0, size);
        for (int i = 0; i < size; i++)
        {
            heap[i] = i;
        }

        for (int i = (size / 2) - 1; i >= 0; i--)
        {
            SiftDown(heap, i);
        }

        ReadOnlySpan<ulong> upper = _upper.AsSpan(0, _count);
        ulong top = upper[heap[0]];
        for (int node = size; node < upper.Length; node++)
        {
            if (upper[node] <= top && IsBefore(node, heap[0]))
            {
                heap[0] = node;
                SiftDown(heap, 0);
                top = upper[heap[0]];
            }
        }

        int[] order = new int[size];
        for (int left = size; left > 0; left--)
        {
            order[left - 1] = heap[0];
            heap[0] = heap[left - 1];
            SiftDown(heap[..(left - 1)], 0);
        }

        return order;
    }

    private void SiftDown(Span<int> heap, int place)
    {
        while ((2 * place) + 1 < heap.Length)
        {
            int child = (2 * place) + 1;
            if (child + 1 < heap.Length && IsBefore(heap[child], heap[child + 1]))
            {
                child++;
            }

            if (!IsBefore(heap[place], heap[child]))
            {
                return;
            }

            (heap[place], heap[child]) = (heap[child], heap[place]);
            place = child;
        }
    }

    private bool IsBefore(int a, int b) =>
        _upper[a] != _upper[b] ? _upper[a] < _upper[b]
        : _lower[a] != _lower[b] ? _lower[a] < _lower[b]
        : _roster.BytesOf(a).SequenceCompareTo(_roster.BytesOf(b)) < 0;
}
