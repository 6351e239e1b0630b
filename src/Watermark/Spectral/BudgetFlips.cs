namespace ResearchKit.Watermark;

/// <summary>The best flips under a budget: additions and removals ranked together, or each kind for itself.</summary>
internal sealed class BudgetFlips
{
    private readonly TopPairs best;
    private readonly TopPairs bestRemovals;

    /// <summary>An empty collection.</summary>
    /// <param name="additions">The most additions; with <paramref name="together"/>, the most flips.</param>
    /// <param name="removals">The most removals.</param>
    /// <param name="together">Whether both kinds share one budget.</param>
    /// <param name="error">No gain offered is further from the exact one.</param>
    public BudgetFlips(int additions, int removals, bool together, double error)
    {
        best = new TopPairs(additions, error, minimum: 0);
        bestRemovals = together ? best : new TopPairs(removals, error, minimum: 0);
    }

    private BudgetFlips(BudgetFlips other)
    {
        best = other.best.Fresh();
        bestRemovals = other.Together ? best : other.bestRemovals.Fresh();
    }

    private bool Together => ReferenceEquals(best, bestRemovals);

    /// <summary>A gain below it need not be offered.</summary>
    public double Floor => Math.Min(best.Floor, bestRemovals.Floor);

    /// <summary>An empty collection for the pairs that another thread looks at.</summary>
    public BudgetFlips Fresh()
    {
        lock (best)
        {
            return new BudgetFlips(this);
        }
    }

    public void Offer(double gain, ulong pair, bool isEdge) => (isEdge ? bestRemovals : best).Offer(gain, pair);

    public void MergeLocked(BudgetFlips other)
    {
        lock (best)
        {
            best.Merge(other.best);
            if (!Together)
            {
                bestRemovals.Merge(other.bestRemovals);
            }
        }
    }

    /// <summary>The chosen pairs, ascending.</summary>
    /// <param name="exactGain">The exact gain of flipping a pair.</param>
    public ulong[] Select(Func<ulong, double> exactGain)
    {
        ulong[] chosen = best.Select(exactGain);
        return Together ? chosen : [.. chosen.Concat(bestRemovals.Select(exactGain)).Order()];
    }
}
