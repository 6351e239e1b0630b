namespace ResearchKit.Audit;

/// <summary>One metric of all groups: a row of Fairlearn's MetricFrame, with numbers of rows and intervals.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Overall">Its value over all rows together.</param>
/// <param name="Groups">Its value for each group, in the order of the table.</param>
public sealed record MetricByGroup(FairnessMetric Metric, double Overall, IReadOnlyList<GroupValue> Groups)
{
    /// <summary>The smallest value; NaN if no group has one. Groups without a value do not count.</summary>
    public double Minimum => Defined.DefaultIfEmpty(double.NaN).Min();

    /// <summary>The largest value; NaN if no group has one.</summary>
    public double Maximum => Defined.DefaultIfEmpty(double.NaN).Max();

    /// <summary>How far the groups lie apart, with the groups it rests on.</summary>
    /// <param name="withoutSmall">Whether small groups are left out.</param>
    public GroupSpread Spread(bool withoutSmall = false)
    {
        GroupValue[] defined = [.. Groups.Where(g => !double.IsNaN(g.Value) && !(withoutSmall && g.IsSmall))];
        if (defined.Length == 0)
        {
            return new GroupSpread(double.NaN, double.NaN, null, null, false);
        }
        GroupValue lowest = defined.MinBy(g => g.Value)!;
        GroupValue highest = defined.MaxBy(g => g.Value)!;
        return new GroupSpread(
            highest.Value - lowest.Value,
            lowest.Value / highest.Value,
            lowest.Group,
            highest.Group,
            lowest.IsSmall || highest.IsSmall
        );
    }

    /// <summary>The difference: largest minus smallest, or the largest distance from all rows together.</summary>
    /// <param name="comparison">What groups are compared with.</param>
    public double Difference(GroupComparison comparison = GroupComparison.BetweenGroups) =>
        comparison == GroupComparison.BetweenGroups
            ? Maximum - Minimum
            : Defined.Select(v => Math.Abs(v - Overall)).DefaultIfEmpty(double.NaN).Max();

    /// <summary>The ratio: smallest over largest, or the smallest ratio to all rows together, turned below 1. 0/0 is NaN.</summary>
    /// <param name="comparison">What groups are compared with.</param>
    public double Ratio(GroupComparison comparison = GroupComparison.BetweenGroups) =>
        comparison == GroupComparison.BetweenGroups
            ? Minimum / Maximum
            : Defined
                .Select(v => v / Overall)
                .Select(r => r <= 1 ? r : 1 / r)
                .Where(r => !double.IsNaN(r))
                .DefaultIfEmpty(double.NaN)
                .Min();

    private IEnumerable<double> Defined => Groups.Select(g => g.Value).Where(v => !double.IsNaN(v));
}
