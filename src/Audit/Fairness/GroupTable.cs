using System.Globalization;
using ResearchKit.Metrics;

namespace ResearchKit.Audit;

/// <summary>
/// Any metric by any group, as one table (Fairlearn's MetricFrame): the confusion table of each group, counted in one pass, from which every rate, difference,
/// ratio and interval follows. Groups of too few rows are flagged.
/// </summary>
public sealed class GroupTable
{
    private readonly GroupTally _tally;

    /// <summary>The table of what was counted.</summary>
    /// <param name="tally">The counts; not to be changed afterwards.</param>
    /// <param name="names">The names of the groups; their numbers if null.</param>
    /// <param name="hasLabels">Whether labels were counted; without them only the selection rate is known.</param>
    /// <param name="options">How to report; the defaults if null.</param>
    /// <exception cref="ArgumentException">There are fewer names than groups, or no rows.</exception>
    public GroupTable(GroupTally tally, IReadOnlyList<string>? names = null, bool hasLabels = true, GroupTableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tally);
        if (tally.RowCount == 0)
        {
            throw new ArgumentException("There are 0 rows; a table of groups needs at least one.", nameof(tally));
        }
        if (names is not null && names.Count < tally.GroupCount)
        {
            throw new ArgumentException($"There are {tally.GroupCount} groups and {names.Count} names.", nameof(names));
        }
        _tally = tally;
        Names = names ?? [.. Enumerable.Range(0, tally.GroupCount).Select(g => g.ToString(CultureInfo.InvariantCulture))];
        HasLabels = hasLabels;
        Options = options ?? GroupTableOptions.Default;
        for (int g = 0; g < GroupCount; g++)
        {
            Overall += this[g];
        }
    }

    /// <summary>The names of the groups.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The number of groups.</summary>
    public int GroupCount => Math.Max(_tally.GroupCount, Names.Count);

    /// <summary>The number of rows.</summary>
    public long RowCount => _tally.RowCount;

    /// <summary>Whether labels were counted.</summary>
    public bool HasLabels { get; }

    /// <summary>How the table reports.</summary>
    public GroupTableOptions Options { get; }

    /// <summary>The confusion table of all rows.</summary>
    public GroupCounts Overall { get; }

    /// <summary>The confusion table of a group; all zero for a group without rows.</summary>
    /// <param name="group">The number of the group.</param>
    public GroupCounts this[int group] => group < _tally.GroupCount ? _tally.Counts(group) : default;

    /// <summary>Counts rows.</summary>
    /// <param name="labels">0 or 1; empty if unknown.</param>
    /// <param name="answers">0 or 1.</param>
    /// <param name="groups">The number of the group of each row.</param>
    /// <param name="weights">The weight of each row; empty for 1 each.</param>
    /// <param name="names">The names of the groups; their numbers if null.</param>
    /// <param name="options">How to report; the defaults if null.</param>
    /// <exception cref="ArgumentException">Lengths differ, there is no row, a value is not 0 or 1, or a weight is negative.</exception>
    public static GroupTable Of(
        ReadOnlySpan<byte> labels,
        ReadOnlySpan<byte> answers,
        ReadOnlySpan<int> groups,
        ReadOnlySpan<double> weights = default,
        IReadOnlyList<string>? names = null,
        GroupTableOptions? options = null
    )
    {
        Rows.RequireSome(answers.Length, nameof(answers));
        Rows.RequireEqual(answers.Length, nameof(answers), groups.Length, nameof(groups));
        GroupTally tally = new();
        tally.Add(labels, answers, groups, weights);
        return new GroupTable(tally, names, !labels.IsEmpty, options);
    }

    /// <summary>Counts rows of named groups, for example of an intersection.</summary>
    /// <inheritdoc cref="Of(ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{int}, ReadOnlySpan{double}, IReadOnlyList{string}?, GroupTableOptions?)"/>
    public static GroupTable Of(
        ReadOnlySpan<byte> labels,
        ReadOnlySpan<byte> answers,
        Grouping groups,
        ReadOnlySpan<double> weights = default,
        GroupTableOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(groups);
        return Of(labels, answers, groups.Codes, weights, groups.Names, options);
    }

    /// <summary>The number of rows of a group, whatever their weights.</summary>
    /// <param name="group">The number of the group.</param>
    public long RowsOf(int group) => group < _tally.GroupCount ? _tally.RowsOf(group) : 0;

    /// <summary>Whether a group has too few rows to be ranked.</summary>
    /// <param name="group">The number of the group.</param>
    public bool IsSmall(int group) => RowsOf(group) < Options.SmallBelow;

    /// <summary>A metric of all groups, with intervals.</summary>
    /// <param name="metric">The metric.</param>
    /// <exception cref="InvalidOperationException">It needs labels, and there are none; or a share is undefined and the policy is to throw.</exception>
    public MetricByGroup Metric(FairnessMetric metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return new MetricByGroup(
            metric,
            Value(metric, Overall),
            [
                .. Enumerable
                    .Range(0, GroupCount)
                    .Select(g => new GroupValue(Names[g], RowsOf(g), Value(metric, this[g]), Interval(metric, g), IsSmall(g))),
            ]
        );
    }

    /// <summary>A metric of one group.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="group">The number of the group.</param>
    /// <exception cref="InvalidOperationException">As for <see cref="Metric"/>.</exception>
    public double Value(FairnessMetric metric, int group)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return Value(metric, this[group]);
    }

    /// <summary>Demographic parity difference: how far the selection rates lie apart.</summary>
    /// <param name="comparison">What groups are compared with.</param>
    public double DemographicParityDifference(GroupComparison comparison = GroupComparison.BetweenGroups) =>
        Metric(FairnessMetrics.SelectionRate).Difference(comparison);

    /// <summary>Demographic parity ratio.</summary>
    /// <param name="comparison">What groups are compared with.</param>
    public double DemographicParityRatio(GroupComparison comparison = GroupComparison.BetweenGroups) =>
        Metric(FairnessMetrics.SelectionRate).Ratio(comparison);

    /// <summary>Equalised odds difference: of true and false positive rates.</summary>
    /// <param name="comparison">What groups are compared with.</param>
    /// <param name="aggregation">The worse of both, or their mean.</param>
    public double EqualizedOddsDifference(
        GroupComparison comparison = GroupComparison.BetweenGroups,
        OddsAggregation aggregation = OddsAggregation.WorstCase
    )
    {
        double tpr = Metric(FairnessMetrics.TruePositiveRate).Difference(comparison);
        double fpr = Metric(FairnessMetrics.FalsePositiveRate).Difference(comparison);
        return aggregation == OddsAggregation.WorstCase ? Math.Max(tpr, fpr) : (tpr + fpr) / 2;
    }

    /// <summary>Equalised odds ratio: of true and false positive rates.</summary>
    /// <param name="comparison">What groups are compared with.</param>
    /// <param name="aggregation">The worse of both, or their mean.</param>
    public double EqualizedOddsRatio(
        GroupComparison comparison = GroupComparison.BetweenGroups,
        OddsAggregation aggregation = OddsAggregation.WorstCase
    )
    {
        double tpr = Metric(FairnessMetrics.TruePositiveRate).Ratio(comparison);
        double fpr = Metric(FairnessMetrics.FalsePositiveRate).Ratio(comparison);
        return aggregation == OddsAggregation.WorstCase ? Math.Min(tpr, fpr) : (tpr + fpr) / 2;
    }

    /// <summary>Equal opportunity difference: of true positive rates.</summary>
    /// <param name="comparison">What groups are compared with.</param>
    public double EqualOpportunityDifference(GroupComparison comparison = GroupComparison.BetweenGroups) =>
        Metric(FairnessMetrics.TruePositiveRate).Difference(comparison);

    /// <summary>Equal opportunity ratio: of true positive rates.</summary>
    /// <param name="comparison">What groups are compared with.</param>
    public double EqualOpportunityRatio(GroupComparison comparison = GroupComparison.BetweenGroups) =>
        Metric(FairnessMetrics.TruePositiveRate).Ratio(comparison);

    /// <summary>Newcombe's interval of the difference of the selection rates of two groups, first minus second; null if one has no row.</summary>
    /// <param name="first">The number of a group.</param>
    /// <param name="second">The number of another.</param>
    public Estimate? SelectionDifference(int first, int second)
    {
        (long a, long ofA) = Effective(FairnessMetrics.SelectionRate, first);
        (long b, long ofB) = Effective(FairnessMetrics.SelectionRate, second);
        if (ofA == 0 || ofB == 0)
        {
            return null;
        }
        Estimate interval = Intervals.Newcombe(a, ofA, b, ofB, Options.Level);
        double value = Value(FairnessMetrics.SelectionRate, this[first]) - Value(FairnessMetrics.SelectionRate, this[second]);
        return interval with { Value = value };
    }

    private double Value(FairnessMetric metric, GroupCounts counts) =>
        HasLabels || !metric.NeedsLabels
            ? metric.Value(counts, Options.Undefined)
            : throw new InvalidOperationException($"{metric.Name} needs labels, and none were counted; only the selection rate is known.");

    private Estimate? Interval(FairnessMetric metric, int group)
    {
        if (!metric.IsShare || RowsOf(group) == 0)
        {
            return null;
        }
        (long part, long whole) = Effective(metric, group);
        return whole == 0 ? null : Intervals.Wilson(part, whole, Options.Level) with { Value = metric.Value(this[group]) };
    }

    /// <summary>Part and whole as numbers of rows: exact without weights, else scaled to the effective number of rows and rounded.</summary>
    private (long Part, long Whole) Effective(FairnessMetric metric, int group)
    {
        GroupCounts counts = this[group];
        (double part, double whole) = metric.Fraction(counts);
        double scale = counts.Total == 0 ? 0 : _tally.EffectiveRows(group) / counts.Total;
        long rows = (long)Math.Round(whole * scale);
        return (Math.Min(rows, (long)Math.Round(part * scale)), rows);
    }
}
