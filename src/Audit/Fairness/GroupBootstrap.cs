using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>
/// Intervals of any statistic of a table of groups, by resampling its rows: the BCa bootstrap (Efron 1987). As rows of equal group, label and answer are alike, a resample is a new set of counts. A group that vanishes from a resample is a
/// group without rows there: its rates are NaN, and the statistic decides what that means.
/// </summary>
public static class GroupBootstrap
{
    /// <summary>The interval of a statistic. Takes rows times resamples draws.</summary>
    /// <param name="table">The table, without weights.</param>
    /// <param name="statistic">The statistic, for example <c>t => t.DemographicParityDifference()</c>.</param>
    /// <param name="random">Draws the resamples.</param>
    /// <param name="resamples">The number of resamples, at least 99. Default 1999.</param>
    /// <returns>The interval, over the resamples on which the statistic is a number; NaN ends if it is none on more than half.</returns>
    /// <exception cref="ArgumentException">The table has weights, or more than 2^31 rows.</exception>
    public static BootstrapInterval Interval(
        GroupTable table,
        Func<GroupTable, double> statistic,
        RandomStream random,
        int resamples = 1999
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(statistic);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 99);
        int[] counts = Cells(table);
        double value = statistic(table);
        List<double> values = [];
        for (int b = 0; b < resamples; b++)
        {
            double resampled = statistic(Table(table, Resample(counts, (int)table.RowCount, random)));
            if (!double.IsNaN(resampled))
            {
                values.Add(resampled);
            }
        }
        int undefined = resamples - values.Count;
        if (double.IsNaN(value) || undefined > resamples / 2)
        {
            return new BootstrapInterval(new Estimate(value, double.NaN, double.NaN, 0, 1, IntervalMethod.None), resamples, undefined);
        }
        double[] sorted = [.. values.Order()];
        double level = table.Options.Level;
        double share = (sorted.Count(v => v < value) + (0.5 * sorted.Count(v => v == value))) / sorted.Length;
        double edge = 1.0 / (sorted.Length + 1);
        double bias = StandardNormal.Quantile(Math.Clamp(share, edge, 1 - edge));
        double acceleration = Acceleration(table, counts, statistic);
        return new BootstrapInterval(
            new Estimate(value, End((1 - level) / 2), End((1 + level) / 2), level, (int)table.RowCount, IntervalMethod.Bca),
            resamples,
            undefined
        );

        double End(double p)
        {
            double z = bias + StandardNormal.Quantile(p);
            double corrected = 1 - StandardNormal.UpperTail(bias + (z / (1 - (acceleration * z))));
            return Quantiles.OfSorted(sorted, Math.Clamp(corrected, edge, 1 - edge));
        }
    }

    private static int[] Cells(GroupTable table)
    {
        if (table.RowCount > int.MaxValue)
        {
            throw new ArgumentException($"A bootstrap takes at most {int.MaxValue} rows; the table has {table.RowCount}.", nameof(table));
        }
        int[] counts = new int[4 * table.GroupCount];
        for (int g = 0; g < table.GroupCount; g++)
        {
            GroupCounts c = table[g];
            if (c.Total != table.RowsOf(g))
            {
                throw new ArgumentException("Rows with weights are not alike: a bootstrap of counts takes rows without.", nameof(table));
            }
            // Labels and answers 00, 01, 10, 11.
            counts[4 * g] = (int)c.TrueNegatives;
            counts[(4 * g) + 1] = (int)c.FalsePositives;
            counts[(4 * g) + 2] = (int)c.FalseNegatives;
            counts[(4 * g) + 3] = (int)c.TruePositives;
        }
        return counts;
    }

    private static int[] Resample(int[] counts, int rows, RandomStream random)
    {
        int[] cumulative = new int[counts.Length];
        int sum = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            cumulative[i] = sum += counts[i];
        }
        int[] drawn = new int[counts.Length];
        for (int row = 0; row < rows; row++)
        {
            int at = random.NextInt(rows);
            int cell = 0;
            while (cumulative[cell] <= at)
            {
                cell++;
            }
            drawn[cell]++;
        }
        return drawn;
    }

    /// <summary>Jackknife: leaving out one row of a cell gives the same value for all its rows.</summary>
    private static double Acceleration(GroupTable table, int[] counts, Func<GroupTable, double> statistic)
    {
        List<(double Value, int Rows)> left = [];
        for (int cell = 0; cell < counts.Length; cell++)
        {
            if (counts[cell] == 0)
            {
                continue;
            }
            int[] without = [.. counts];
            without[cell]--;
            double value = table.RowCount == 1 ? double.NaN : statistic(Table(table, without));
            if (!double.IsNaN(value))
            {
                left.Add((value, counts[cell]));
            }
        }
        double rows = left.Sum(l => (double)l.Rows);
        double mean = left.Sum(l => l.Value * l.Rows) / rows;
        double squares = left.Sum(l => l.Rows * (mean - l.Value) * (mean - l.Value));
        double cubes = left.Sum(l => l.Rows * Math.Pow(mean - l.Value, 3));
        return squares == 0 ? 0 : cubes / (6 * Math.Pow(squares, 1.5));
    }

    private static GroupTable Table(GroupTable like, int[] counts) =>
        new(GroupTally.OfCells(counts), like.Names, like.HasLabels, like.Options);
}
