namespace ResearchKit.Rag;

/// <summary>
/// A lower bound of the mean of values in [0, 1] that holds at all times at once: the predictable plug-in empirical Bernstein confidence sequence of Waudby-Smith and Ramdas (Estimating means of bounded
/// random variables by betting, 2024, theorem 2), one-sided. One may look after every value and stop when one likes.
/// </summary>
/// <param name="error">With which probability it may ever be wrong, in (0, 1).</param>
internal sealed class MeanLowerBound(double error)
{
    private const double LargestBet = 0.5;

    private readonly double _log = Math.Log(1 / error);
    private double _sum;
    private double _squares; // of deviations from the estimates of their time
    private double _bets;
    private double _betValues;
    private double _penalty;

    /// <summary>The number of values.</summary>
    public long Count { get; private set; }

    /// <summary>Their mean; null without one.</summary>
    public double? Mean => Count == 0 ? null : _sum / Count;

    /// <summary>What the true mean is above; 0 before there is evidence.</summary>
    public double Value => Count == 0 ? 0 : Math.Max(0, (_betValues - _log - _penalty) / _bets);

    /// <summary>Takes a value in.</summary>
    public void Add(double value)
    {
        // All that a bet depends on was known before its value.
        double mean = (0.5 + _sum) / (Count + 1);
        double variance = (0.25 + _squares) / (Count + 1);
        Count++;
        double bet = Math.Min(LargestBet, Math.Sqrt(2 * _log / (variance * Count * Math.Log(1 + Count))));
        _bets += bet;
        _betValues += bet * value;
        _penalty += (value - mean) * (value - mean) * (-Math.Log(1 - bet) - bet);
        _sum += value;
        double now = (0.5 + _sum) / (Count + 1);
        _squares += (value - now) * (value - now);
    }
}
