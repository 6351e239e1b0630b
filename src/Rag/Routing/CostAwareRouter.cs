using System.Globalization;

namespace ResearchKit.Rag;

/// <summary>
/// Weighs another router's probabilities against what sources cost (beyond arXiv:2502.19280, where all cost the same): a source is worth asking if probability x value covers its cost, and with a budget
/// the sources of most expected value per cost are asked while they fit. All costs, the value and the budget are in one unit: milliseconds, bytes, money.
/// </summary>
/// <remarks>The greedy order fills a budget up to the source that no longer fits; smaller ones behind it are still tried. Safe for many threads if the router is.</remarks>
public sealed class CostAwareRouter : ISourceRouter
{
    private readonly ISourceRouter _inner;
    private readonly IReadOnlyDictionary<string, double> _costs;
    private readonly double _value;
    private readonly double _budget;

    /// <summary>A router.</summary>
    /// <param name="inner">Gives the probabilities; whom it would choose does not count.</param>
    /// <param name="costs">What asking a source costs, 0 or more, for every source.</param>
    /// <param name="value">What a relevant source is worth, above zero; infinite (the default): whatever it costs.</param>
    /// <param name="budget">What a query may cost at most, 0 or more; infinite (the default): whatever is worth it.</param>
    /// <exception cref="ArgumentException">A cost is negative or not finite, or neither value nor budget bounds anything.</exception>
    public CostAwareRouter(
        ISourceRouter inner,
        IReadOnlyDictionary<string, double> costs,
        double value = double.PositiveInfinity,
        double budget = double.PositiveInfinity
    )
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(costs);
        if (costs.FirstOrDefault(cost => !(cost.Value >= 0 && double.IsFinite(cost.Value))) is { Key: { } wrong })
        {
            throw new ArgumentException($"The cost of the source {wrong} is {Text(costs[wrong])}; allowed is 0 or more.", nameof(costs));
        }
        if (!(value > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "The value of a relevant source is above zero.");
        }
        if (!(budget >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(budget), budget, "A budget is 0 or more.");
        }
        if (double.IsPositiveInfinity(value) && double.IsPositiveInfinity(budget))
        {
            throw new ArgumentException("Without a value or a budget every source would be asked: set one of them.", nameof(value));
        }
        (_inner, _costs, _value, _budget) = (inner, costs, value, budget);
    }

    /// <inheritdoc/>
    public string Name => $"{_inner.Name}, by cost";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A source has no cost.</exception>
    public async ValueTask<RoutingDecision> RouteAsync(QueryEmbeddings query, CancellationToken cancellationToken = default)
    {
        RoutingDecision decision = await _inner.RouteAsync(query, cancellationToken).ConfigureAwait(false);
        double[] costs = [.. decision.Scores.Select(score => CostOf(score.Source))];
        bool[] chosen = new bool[costs.Length];
        double left = _budget;
        // A stable order: of equal value per cost the source that comes first.
        foreach (
            int i in Enumerable
                .Range(0, costs.Length)
                .Where(i => decision.Scores[i].Probability > 0 && (costs[i] == 0 || decision.Scores[i].Probability * _value >= costs[i]))
                .OrderByDescending(i => decision.Scores[i].Probability / costs[i])
        )
        {
            if (costs[i] <= left)
            {
                chosen[i] = true;
                left -= costs[i];
            }
        }
        return new([.. decision.Scores.Select((score, i) => score with { Chosen = chosen[i] })]);
    }

    private double CostOf(string source) =>
        _costs.TryGetValue(source, out double cost)
            ? cost
            : throw new ArgumentException($"The source {source} has no cost; costs are known of {string.Join(", ", _costs.Keys)}.");

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
