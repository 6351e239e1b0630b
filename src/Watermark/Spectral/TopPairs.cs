namespace ResearchKit.Watermark;

/// <summary>
/// The pairs of largest value among many whose values are known within an error only. It keeps every pair that may belong to
/// them; at the end the pairs near the boundary are valued exactly, equal values are ordered by the smaller (x, y), and so the
/// choice depends neither on rounding nor on the order of offers.
/// </summary>
/// <param name="count">How many pairs are wanted.</param>
/// <param name="error">No value offered is further from the exact one.</param>
/// <param name="minimum">Pairs whose exact value is not above it are never taken.</param>
internal sealed class TopPairs(int count, double error, double minimum)
{
    private double[] values = new double[InitialCapacity(count)];
    private ulong[] pairs = new ulong[InitialCapacity(count)];
    private int used;

    /// <summary>A pair below it need not be offered.</summary>
    public double Floor { get; private set; } = minimum - error;

    /// <summary>An empty collection for another part of the same pairs: what cannot be among the best here cannot be there.</summary>
    public TopPairs Fresh() => new(count, error, minimum) { Floor = Floor };

    public void Offer(double value, ulong pair)
    {
        if (value < Floor || count == 0)
        {
            return;
        }
        if (used == values.Length)
        {
            Compact();
            if (value < Floor)
            {
                return;
            }
        }
        values[used] = value;
        pairs[used++] = pair;
    }

    public void Merge(TopPairs other)
    {
        for (int i = 0; i < other.used; i++)
        {
            Offer(other.values[i], other.pairs[i]);
        }
    }

    /// <summary>The best pairs, ascending by (x, y); fewer than wanted if no more have a value above the minimum.</summary>
    /// <param name="exact">The exact value of a pair.</param>
    public ulong[] Select(Func<ulong, double> exact)
    {
        double[] sorted = values.AsSpan(0, used).ToArray();
        Array.Sort(sorted);
        double boundary = used < count || count == 0 ? minimum : Math.Max(minimum, sorted[used - count]);
        List<ulong> chosen = new(count);
        List<(double Value, ulong Pair)> near = [];
        for (int i = 0; i < used; i++)
        {
            if (values[i] > boundary + (2 * error))
            {
                chosen.Add(pairs[i]);
            }
            else if (values[i] >= boundary - (2 * error))
            {
                double value = exact(pairs[i]);
                if (value > minimum)
                {
                    near.Add((value, pairs[i]));
                }
            }
        }
        near.Sort(static (a, b) => a.Value != b.Value ? b.Value.CompareTo(a.Value) : a.Pair.CompareTo(b.Pair));
        chosen.AddRange(near.Take(count - chosen.Count).Select(n => n.Pair));
        chosen.Sort();
        return [.. chosen];
    }

    private static int InitialCapacity(int count) => (int)Math.Min(Array.MaxLength, (2L * count) + 1024);

    private void Compact()
    {
        double[] sorted = (double[])values.Clone();
        Array.Sort(sorted);
        Floor = Math.Max(Floor, sorted[^count] - (2 * error));
        int kept = 0;
        for (int i = 0; i < used; i++)
        {
            if (values[i] >= Floor)
            {
                (values[kept], pairs[kept]) = (values[i], pairs[i]);
                kept++;
            }
        }
        used = kept;
        if (used > values.Length / 4 * 3)
        {
            // Many values tie at the boundary: all of them have to be kept.
            int capacity = (int)Math.Min(Array.MaxLength, 2L * values.Length);
            Array.Resize(ref values, capacity);
            Array.Resize(ref pairs, capacity);
        }
    }
}
