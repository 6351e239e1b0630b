using ResearchKit.Graphs;

namespace ResearchKit.Watermark;

/// <summary>
/// Flips that keep every degree: two edges ab and cd become ac and bd. The search starts from the additions ac that the field favours most, and looks among the edges at
/// a and at c that it would rather lose; the switches of largest total gain that share no pair are taken.
/// </summary>
/// <param name="field">The field.</param>
/// <param name="positions">Where the nodes stand.</param>
/// <param name="graph">The original.</param>
/// <param name="isProtected">Pairs of nodes that must stay.</param>
/// <param name="cancellationToken">Stops the work.</param>
internal sealed class DegreeSwitches(
    SpectralField field,
    NodePositions positions,
    Graph graph,
    Func<int, int, bool>? isProtected,
    CancellationToken cancellationToken
)
{
    // Edges looked at on each side of an addition, and switches kept of each.
    private const int Breadth = 8;
    private const int KeptPerAddition = 4;
    private const int AdditionsPerSwitch = 16;

    private readonly Dictionary<int, (double Gain, int Other)[]> bestRemovals = [];

    /// <summary>Finds switches.</summary>
    /// <param name="wanted">How many.</param>
    /// <param name="most">How many additions there can be.</param>
    /// <param name="bestAdditions">Gives the best additions, so many as asked for or all that gain.</param>
    /// <returns>Four pairs of positions a switch, ascending; fewer if there are no more.</returns>
    public ulong[] Find(int wanted, int most, Func<int, ulong[]> bestAdditions)
    {
        int asked = Math.Min(most, (wanted * AdditionsPerSwitch) + 64);
        while (true)
        {
            ulong[] additions = bestAdditions(asked);
            ulong[] pairs = Take(wanted, additions);
            if (pairs.Length == 4 * wanted || additions.Length < asked || asked == most)
            {
                return pairs;
            }
            asked = (int)Math.Min(most, 4L * asked);
        }
    }

    private ulong[] Take(int wanted, ulong[] additions)
    {
        List<Switch> switches = [];
        foreach (ulong addition in additions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            AddSwitches(addition, switches);
        }
        switches.Sort(static (s, t) => s.Gain != t.Gain ? t.Gain.CompareTo(s.Gain) : s.CompareTo(t));
        HashSet<ulong> taken = [];
        foreach (Switch s in switches)
        {
            if (taken.Count == 4 * wanted)
            {
                break;
            }
            ulong[] pairs = s.Pairs();
            if (!pairs.Any(taken.Contains))
            {
                taken.UnionWith(pairs);
            }
        }
        return [.. taken.Order()];
    }

    private void AddSwitches(ulong addition, List<Switch> switches)
    {
        (int a, int c) = PositionPair.Unpack(addition);
        double gain = field.At(a, c);
        List<Switch> mine = [];
        foreach ((double lostAtA, int b) in BestRemovals(a))
        {
            foreach ((double lostAtC, int d) in BestRemovals(c))
            {
                if (b == c || d == a || b == d || !MayAdd(b, d))
                {
                    continue;
                }
                double total = gain + lostAtA + lostAtC + field.At(Math.Min(b, d), Math.Max(b, d));
                if (total > 0)
                {
                    mine.Add(new Switch(total, a, b, c, d));
                }
            }
        }
        mine.Sort(static (s, t) => s.Gain != t.Gain ? t.Gain.CompareTo(s.Gain) : s.CompareTo(t));
        switches.AddRange(mine.Take(KeptPerAddition));
    }

    private (double Gain, int Other)[] BestRemovals(int x)
    {
        if (!bestRemovals.TryGetValue(x, out (double, int)[]? best))
        {
            List<(double Gain, int Other)> all = [];
            int node = positions.NodeAt[x];
            foreach (int neighbour in graph.Neighbours(node))
            {
                if (isProtected?.Invoke(Math.Min(node, neighbour), Math.Max(node, neighbour)) != true)
                {
                    int y = positions.OfNode[neighbour];
                    all.Add((-field.At(Math.Min(x, y), Math.Max(x, y)), y));
                }
            }
            bestRemovals[x] = best = [.. all.OrderByDescending(r => r.Gain).ThenBy(r => r.Other).Take(Breadth)];
        }
        return best;
    }

    private bool MayAdd(int x, int y)
    {
        (int u, int v) = positions.NodesAt(x, y);
        return !graph.HasEdge(u, v) && isProtected?.Invoke(u, v) != true;
    }

    private readonly record struct Switch(double Gain, int A, int B, int C, int D)
    {
        public ulong[] Pairs() => [PositionPair.Pack(A, B), PositionPair.Pack(C, D), PositionPair.Pack(A, C), PositionPair.Pack(B, D)];

        public int CompareTo(Switch other) => (A, B, C, D).CompareTo((other.A, other.B, other.C, other.D));
    }
}
