namespace ResearchKit.Audit;

/// <summary>
/// Reject-option classification, tuned as in AIF360 (Kamiran, Karim, Zhang 2012): 1 above a threshold, but in a band around it 1 for the unprivileged group and 0 for the privileged. Of all thresholds and margins whose measure is in bounds
/// the first with the highest balanced accuracy is taken.
/// </summary>
/// <param name="Threshold">t.</param>
/// <param name="Margin">r: the band is (t - r, t + r].</param>
/// <param name="Unprivileged">The group that gets 1 in the band.</param>
/// <param name="Measure">The measure on the rows it was fitted to.</param>
/// <param name="BalancedAccuracy">The balanced accuracy there.</param>
/// <param name="InBounds">Whether any choice met the bounds; if none, the one with the smallest absolute measure was taken.</param>
public sealed record RejectOptionClassifier(
    double Threshold,
    double Margin,
    int Unprivileged,
    double Measure,
    double BalancedAccuracy,
    bool InBounds
)
{
    /// <summary>Searches.</summary>
    /// <param name="scores">The scores, in [0, 1].</param>
    /// <param name="labels">The labels, 0 or 1; both occur.</param>
    /// <param name="group">0 or 1; both occur.</param>
    /// <param name="options">How; AIF360's values if null.</param>
    /// <exception cref="ArgumentException">Lengths differ, a value is out of range, or there is one label only.</exception>
    /// <exception cref="AuditException">A group has no row.</exception>
    public static RejectOptionClassifier Fit(
        ReadOnlySpan<double> scores,
        ReadOnlySpan<byte> labels,
        ReadOnlySpan<byte> group,
        RejectOptionOptions? options = null
    )
    {
        options ??= new RejectOptionOptions();
        Rows.RequireEqual(scores.Length, nameof(scores), labels.Length, nameof(labels));
        Rows.RequireEqual(scores.Length, nameof(scores), group.Length, nameof(group));
        Rows.RequireShares(scores, nameof(scores));
        GroupMargins margins = GroupMargins.OfBoth(labels, group, "rows to fit");
        int positives = margins.Positives0 + margins.Positives1;
        if (positives == 0 || positives == margins.Rows)
        {
            throw new ArgumentException(
                $"All {margins.Rows} rows have label {(positives == 0 ? 0 : 1)}; balanced accuracy needs both.",
                nameof(labels)
            );
        }
        SortedScores[] cells = SortedScores.ByGroupAndLabel(scores, labels, group);
        RejectOptionClassifier? best = null;
        RejectOptionClassifier? nearest = null;
        for (int i = 0; i < options.Thresholds; i++)
        {
            double t = Grids.Linear(options.LowestThreshold, options.HighestThreshold, i, Math.Max(2, options.Thresholds));
            double widest = Math.Min(t, 1 - t);
            for (int k = 0; k < options.Margins; k++)
            {
                RejectOptionClassifier candidate = Evaluate(cells, t, Grids.Linear(0, widest, k, Math.Max(2, options.Margins)), options);
                if (candidate.InBounds && (best is null || candidate.BalancedAccuracy > best.BalancedAccuracy))
                {
                    best = candidate;
                }
                if (nearest is null || Math.Abs(candidate.Measure) < Math.Abs(nearest.Measure))
                {
                    nearest = candidate;
                }
            }
        }
        return best ?? nearest!;
    }

    /// <summary>Answers.</summary>
    /// <param name="score">The score.</param>
    /// <param name="group">0 or 1.</param>
    public byte Answer(double score, int group) =>
        score > Threshold - Margin && score <= Threshold + Margin
            ? (byte)(group == Unprivileged ? 1 : 0)
            : (byte)(score > Threshold ? 1 : 0);

    private static RejectOptionClassifier Evaluate(SortedScores[] cells, double t, double r, RejectOptionOptions options)
    {
        GroupCounts[] counts = new GroupCounts[2];
        for (int g = 0; g < 2; g++)
        {
            // The favoured group gets 1 from the lower end of the band on, the other from above its upper end.
            double from = g == options.Unprivileged ? t - r : t + r;
            int truePositives = cells[(2 * g) + 1].Above(from);
            int falsePositives = cells[2 * g].Above(from);
            counts[g] = new GroupCounts(
                truePositives,
                falsePositives,
                cells[2 * g].Count - falsePositives,
                cells[(2 * g) + 1].Count - truePositives
            );
        }
        GroupCounts all = counts[0] + counts[1];
        double balanced =
            (
                FairnessMetrics.TruePositiveRate.Value(all, UndefinedRatePolicy.Zero)
                + FairnessMetrics.TrueNegativeRate.Value(all, UndefinedRatePolicy.Zero)
            ) / 2;
        (GroupCounts unprivileged, GroupCounts privileged) = (counts[options.Unprivileged], counts[1 - options.Unprivileged]);
        double measure = options.Measure switch
        {
            RejectOptionMeasure.StatisticalParity => Difference(FairnessMetrics.SelectionRate),
            RejectOptionMeasure.EqualOpportunity => Difference(FairnessMetrics.TruePositiveRate),
            _ => (Difference(FairnessMetrics.TruePositiveRate) + Difference(FairnessMetrics.FalsePositiveRate)) / 2,
        };
        return new RejectOptionClassifier(
            t,
            r,
            options.Unprivileged,
            measure,
            balanced,
            measure >= options.LowerBound && measure <= options.UpperBound
        );

        double Difference(FairnessMetric metric) =>
            metric.Value(unprivileged, UndefinedRatePolicy.Zero) - metric.Value(privileged, UndefinedRatePolicy.Zero);
    }
}
