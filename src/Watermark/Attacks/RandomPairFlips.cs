using System.Globalization;
using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>Flips node pairs chosen at random, all distinct, edges or not: an edge is removed, a non-edge added (the adversary of Eppstein et al. 2016).</summary>
public sealed class RandomPairFlips : IGraphAttack
{
    private readonly long? count;
    private readonly double rate;

    private RandomPairFlips(long? count, double rate) => (this.count, this.rate) = (count, rate);

    /// <inheritdoc/>
    public string Name => "random flips";

    /// <summary>Flips a number of pairs.</summary>
    /// <param name="count">How many, at least 0 and at most N(N-1)/2.</param>
    public static RandomPairFlips OfCount(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new RandomPairFlips(count, 0);
    }

    /// <summary>Flips ceil(rate N(N-1)/2) pairs.</summary>
    /// <param name="rate">The share of all pairs, 0 to 1.</param>
    public static RandomPairFlips OfRate(double rate) =>
        rate is >= 0 and <= 1
            ? new RandomPairFlips(null, rate)
            : throw new ArgumentOutOfRangeException(nameof(rate), rate, "The share of pairs to flip must lie in 0..1.");

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The graph has fewer pairs than are to be flipped.</exception>
    public AttackResult Apply(Graph graph, RandomStream random, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(random);
        long nodes = graph.NodeCount;
        long pairs = nodes * (nodes - 1) / 2;
        long wanted = count ?? (long)Math.Ceiling(rate * pairs);
        if (wanted > pairs || wanted > Array.MaxLength)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{wanted} pairs cannot be flipped: the graph has {pairs}, and at most {Array.MaxLength} fit in memory."
                ),
                nameof(graph)
            );
        }

        // Drawing the smaller of the set and its complement keeps the expected number of repeated draws below one half.
        bool complement = wanted > pairs / 2;
        HashSet<long> chosen = DrawDistinct(graph.NodeCount, (int)(complement ? pairs - wanted : wanted), random, cancellationToken);
        EdgeEdit[] edits = new EdgeEdit[wanted];
        int next = 0;
        foreach (long key in complement ? AllPairs(graph.NodeCount).Where(k => !chosen.Contains(k)) : chosen.Order())
        {
            (int u, int v) = ((int)(key >> 32), (int)key);
            edits[next++] = new EdgeEdit(u, v, graph.HasEdge(u, v) ? EditKind.Remove : EditKind.Add);
        }
        cancellationToken.ThrowIfCancellationRequested();
        return new AttackResult(graph.ApplyEdits(edits), edits);
    }

    private static HashSet<long> DrawDistinct(int nodes, int wanted, RandomStream random, CancellationToken cancellationToken)
    {
        HashSet<long> chosen = new(wanted);
        while (chosen.Count < wanted)
        {
            int u = random.NextInt(nodes);
            int v = random.NextInt(nodes - 1);
            v += v >= u ? 1 : 0;
            chosen.Add(((long)Math.Min(u, v) << 32) | (uint)Math.Max(u, v));
            if ((chosen.Count & 0xFFFF) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        return chosen;
    }

    private static IEnumerable<long> AllPairs(int nodes)
    {
        for (int u = 0; u < nodes; u++)
        {
            for (int v = u + 1; v < nodes; v++)
            {
                yield return ((long)u << 32) | (uint)v;
            }
        }
    }
}
