namespace ResearchKit.Audit;

/// <summary>
/// Fair post-processing by group thresholds (Hardt, Price, Srebro 2016), with Fairlearn's grid: each group's trade-off of rate and objective is made concave by mixing two thresholds, and the best common rate is taken.
/// The reference mitigation; fitted to the platform's own answers it becomes the threshold manipulation of arXiv:2505.04796, section 5.
/// </summary>
public sealed record ThresholdOptimizer
{
    /// <summary>What is equal in all groups. Default demographic parity.</summary>
    public ParityConstraint Constraint { get; init; } = ParityConstraint.DemographicParity;

    /// <summary>What is made large. Default accuracy. For equalised odds it is that of all rows, else the mean over groups by their shares.</summary>
    public ThresholdObjective Objective { get; init; } = ThresholdObjective.Accuracy;

    /// <summary>The steps of the grid of rates, at least 1. Default 1000.</summary>
    public int GridSize
    {
        get;
        init =>
            field = value is >= 1 and <= 1_000_000
                ? value
                : throw new ArgumentOutOfRangeException(nameof(GridSize), value, "The grid has 1 to 1000000 steps.");
    } = 1000;

    /// <summary>Fits.</summary>
    /// <param name="scores">The scores; any finite numbers.</param>
    /// <param name="labels">The labels, 0 or 1.</param>
    /// <param name="group">The number of the group of each row; any number of groups.</param>
    /// <returns>The post-processor.</returns>
    /// <exception cref="ArgumentException">Lengths differ, there is no row, a label is not 0 or 1, or a score is not a number.</exception>
    /// <exception cref="InvalidOperationException">A group has one label only.</exception>
    public FittedThresholds Fit(ReadOnlySpan<double> scores, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> group)
    {
        Rows.RequireSome(scores.Length, nameof(scores));
        Rows.RequireEqual(scores.Length, nameof(scores), labels.Length, nameof(labels));
        Rows.RequireEqual(scores.Length, nameof(scores), group.Length, nameof(group));
        Rows.RequireBinary(labels, nameof(labels));
        int nan = scores.IndexOf(double.NaN);
        if (nan >= 0)
        {
            throw new ArgumentException($"scores[{nan}] is NaN; a score is a number.", nameof(scores));
        }
        (double[][] scoresOf, byte[][] labelsOf) = ByGroup(scores, labels, group);
        TradeOffCurve?[] curves = new TradeOffCurve?[scoresOf.Length];
        int rows = labels.Length;
        for (int g = 0; g < curves.Length; g++)
        {
            if (scoresOf[g].Length == 0)
            {
                continue;
            }
            int positives = labelsOf[g].AsSpan().Count((byte)1);
            if (positives == 0 || positives == labelsOf[g].Length)
            {
                throw new InvalidOperationException(
                    FormattableString.Invariant(
                        $"Degenerate labels: all {labelsOf[g].Length} rows of group {g} have label {(positives == 0 ? 0 : 1)}; thresholds need both labels in each group."
                    )
                );
            }
            curves[g] = TradeOffCurve.Of(scoresOf[g], labelsOf[g], X, Y);
        }
        return Constraint == ParityConstraint.EqualizedOdds
            ? FitEqualizedOdds(curves, labels)
            : FitOneRate(curves, [.. scoresOf.Select(s => (double)s.Length / rows)]);

        static (double[][], byte[][]) ByGroup(ReadOnlySpan<double> s, ReadOnlySpan<byte> y, ReadOnlySpan<byte> a)
        {
            int groups = a.IsEmpty ? 0 : System.Numerics.Tensors.TensorPrimitives.Max(a) + 1;
            int[] sizes = new int[groups];
            foreach (byte g in a)
            {
                sizes[g]++;
            }
            double[][] scoresBy = [.. sizes.Select(n => new double[n])];
            byte[][] labelsBy = [.. sizes.Select(n => new byte[n])];
            int[] next = new int[groups];
            for (int i = 0; i < a.Length; i++)
            {
                int at = next[a[i]]++;
                (scoresBy[a[i]][at], labelsBy[a[i]][at]) = (s[i], y[i]);
            }
            return (scoresBy, labelsBy);
        }
    }

    private FittedThresholds FitOneRate(TradeOffCurve?[] curves, double[] shares)
    {
        double[] grid = Grid();
        double[] overall = new double[grid.Length];
        double[] values = new double[grid.Length];
        int[][] segments = new int[curves.Length][];
        for (int g = 0; g < curves.Length; g++)
        {
            segments[g] = new int[grid.Length];
            curves[g]?.Interpolate(grid, values, segments[g]);
            for (int k = 0; k < grid.Length && curves[g] is not null; k++)
            {
                overall[k] += shares[g] * values[k];
            }
        }
        int best = FirstLargest(overall);
        return new FittedThresholds(
            this,
            grid[best],
            overall[best],
            [.. curves.Select((curve, g) => curve?.At(segments[g][best], grid[best]))]
        );
    }

    private FittedThresholds FitEqualizedOdds(TradeOffCurve?[] curves, ReadOnlySpan<byte> labels)
    {
        double[] grid = Grid();
        double[][] values = new double[curves.Length][];
        int[][] segments = new int[curves.Length][];
        double[] lowest = [.. Enumerable.Repeat(double.PositiveInfinity, grid.Length)];
        for (int g = 0; g < curves.Length; g++)
        {
            (values[g], segments[g]) = (new double[grid.Length], new int[grid.Length]);
            curves[g]?.Interpolate(grid, values[g], segments[g]);
            for (int k = 0; k < grid.Length && curves[g] is not null; k++)
            {
                lowest[k] = Math.Min(lowest[k], values[g][k]);
            }
        }
        double positives = labels.Count((byte)1);
        double negatives = labels.Length - positives;
        double[] objective =
        [
            .. grid.Select(
                (x, k) =>
                    Math.Round(
                        Y(
                            new GroupCounts(positives * lowest[k], negatives * x, negatives * (1 - x), positives * (1 - lowest[k])),
                            Objective
                        ),
                        15
                    )
            ),
        ];
        int best = FirstLargest(objective);
        double bestX = grid[best];
        return new FittedThresholds(
            this,
            bestX,
            objective[best],
            [
                .. curves.Select(
                    (curve, g) =>
                    {
                        double above = values[g][best] - bestX;
                        double ignored = above == 0 ? 0 : (values[g][best] - lowest[best]) / above;
                        return curve?.At(segments[g][best], bestX, ignored, bestX);
                    }
                ),
            ]
        );
    }

    private double X(GroupCounts c) =>
        Constraint switch
        {
            ParityConstraint.DemographicParity => c.Selected / c.Total,
            ParityConstraint.TruePositiveRate => c.TruePositives / c.Positives,
            ParityConstraint.TrueNegativeRate => c.TrueNegatives / c.Negatives,
            ParityConstraint.FalseNegativeRate => c.FalseNegatives / c.Positives,
            _ => c.FalsePositives / c.Negatives,
        };

    private double Y(GroupCounts c) => Constraint == ParityConstraint.EqualizedOdds ? c.TruePositives / c.Positives : Y(c, Objective);

    private static double Y(GroupCounts c, ThresholdObjective objective) =>
        objective == ThresholdObjective.Accuracy
            ? (c.TruePositives + c.TrueNegatives) / c.Total
            : (0.5 * c.TruePositives / c.Positives) + (0.5 * c.TrueNegatives / c.Negatives);

    private double[] Grid() => [.. Enumerable.Range(0, GridSize + 1).Select(k => Grids.Linear(0, 1, k, GridSize + 1))];

    private static int FirstLargest(double[] values)
    {
        int best = 0;
        for (int k = 1; k < values.Length; k++)
        {
            best = values[k] > values[best] ? k : best;
        }
        return best;
    }
}
