using System.Numerics;

namespace ResearchKit.Moe;

/// <summary>
/// Indices by descending weight, with equal weights in the order in which the C++ library's <c>std::sort</c> leaves them (introsort: median of three, insertion sort below 17 items), as torch's unstable
/// sort is used by EPLB's authors: which copy of an expert lands on which slot depends on it.
/// </summary>
internal ref struct DescendingOrder
{
    private const int Small = 16;
    private readonly ReadOnlySpan<float> _weights;
    private readonly int[] _order;

    private DescendingOrder(ReadOnlySpan<float> weights)
    {
        _weights = weights;
        _order = [.. Enumerable.Range(0, weights.Length)];
    }

    internal static int[] Of(ReadOnlySpan<float> weights)
    {
        DescendingOrder order = new(weights);
        if (weights.Length > 0)
        {
            order.Partition(0, weights.Length, 2 * BitOperations.Log2((uint)weights.Length));
            order.Finish(weights.Length);
        }

        return order._order;
    }

    private readonly bool Before(int a, int b) => _weights[a] > _weights[b];

    private readonly void Partition(int first, int last, int depth)
    {
        while (last - first > Small)
        {
            if (depth-- == 0)
            {
                // Only inputs made against quicksort come here; the library falls back to heapsort.
                int[] sorted = _order[first..last];
                float[] keys = new float[sorted.Length];
                for (int i = 0; i < keys.Length; i++)
                {
                    keys[i] = -_weights[sorted[i]];
                }

                Array.Sort(keys, sorted);
                sorted.CopyTo(_order, first);
                return;
            }

            MedianToFirst(first, first + 1, first + ((last - first) / 2), last - 1);
            int cut = Split(first + 1, last, _order[first]);
            Partition(cut, last, depth);
            last = cut;
        }
    }

    private readonly void MedianToFirst(int result, int a, int b, int c)
    {
        int median = Before(_order[a], _order[b])
            ? Before(_order[b], _order[c])
                ? b
                : Before(_order[a], _order[c])
                    ? c
                    : a
            : Before(_order[a], _order[c])
                ? a
                : Before(_order[b], _order[c])
                    ? c
                    : b;
        Swap(result, median);
    }

    private readonly int Split(int first, int last, int pivot)
    {
        while (true)
        {
            while (Before(_order[first], pivot))
            {
                first++;
            }

            last--;
            while (Before(pivot, _order[last]))
            {
                last--;
            }

            if (first >= last)
            {
                return first;
            }

            Swap(first++, last);
        }
    }

    private readonly void Finish(int length)
    {
        for (int i = 1; i < length; i++)
        {
            int item = _order[i];
            int to = i;
            if (i < Small && Before(item, _order[0]))
            {
                _order.AsSpan(0, i).CopyTo(_order.AsSpan(1));
                to = 0;
            }
            else
            {
                for (; to > 0 && Before(item, _order[to - 1]); to--)
                {
                    _order[to] = _order[to - 1];
                }
            }

            _order[to] = item;
        }
    }

    private readonly void Swap(int a, int b) => (_order[a], _order[b]) = (_order[b], _order[a]);
}
