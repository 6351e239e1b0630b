using ResearchKit.Numerics;

namespace ResearchKit.Metrics;

/// <summary>
/// The bootstraps behind <see cref="Intervals"/>. BCa follows Efron (1987): the percentile interval, corrected for the bias of the resampled
/// statistic and for a standard error that changes with the value.
/// </summary>
internal static class Bootstrap
{
    internal static (double Low, double High) BcaOfMean(double[] values, double mean, RandomStream stream, IntervalOptions options)
    {
        double[] means = ResampledMeans(values, stream, options.Resamples);
        Array.Sort(means);
        double bias = StandardNormal.Quantile(
            Math.Clamp(ShareBelow(means, mean), 1.0 / (means.Length + 1), means.Length / (means.Length + 1.0))
        );
        double acceleration = AccelerationOfMean(values, mean);
        return (End((1 - options.Level) / 2), End((1 + options.Level) / 2));

        double End(double p)
        {
            double z = bias + StandardNormal.Quantile(p);
            double corrected = 1 - StandardNormal.UpperTail(bias + (z / (1 - (acceleration * z))));
            double edge = 1.0 / (means.Length + 1);
            return Quantiles.OfSorted(means, Math.Clamp(corrected, edge, 1 - edge));
        }
    }

    internal static double[] ResampledMeans(double[] values, RandomStream stream, int resamples)
    {
        double[] means = new double[resamples];
        for (int b = 0; b < means.Length; b++)
        {
            double sum = 0;
            for (int i = 0; i < values.Length; i++)
            {
                sum += values[stream.NextInt(values.Length)];
            }

            means[b] = sum / values.Length;
        }

        return means;
    }

    internal static Estimate TwoLevel(
        IReadOnlyList<double[]> bySeed,
        Func<ReadOnlySpan<double>, double> statistic,
        RandomStream stream,
        IntervalOptions options
    )
    {
        int seeds = bySeed.Count;
        int empty = bySeed.Count == 0 ? 0 : bySeed.ToList().FindIndex(s => s is null or { Length: 0 });
        if (empty >= 0)
        {
            throw new ArgumentException(
                seeds == 0 ? "A bootstrap needs the rows of at least one seed." : $"The seed at index {empty} has no rows.",
                nameof(bySeed)
            );
        }

        double value = statistic(bySeed.SelectMany(s => s).ToArray());
        if (seeds == 1 || !double.IsFinite(value))
        {
            return new(value, value, value, 0, seeds, IntervalMethod.None);
        }

        double[] pooled = new double[seeds * bySeed.Max(s => s.Length)];
        double[] resampled = new double[options.Resamples];
        for (int b = 0; b < resampled.Length; b++)
        {
            int filled = 0;
            for (int s = 0; s < seeds; s++)
            {
                double[] rows = bySeed[stream.NextInt(seeds)];
                int block = options.TimeOrdered ? BlockLength(rows.Length) : 1;
                for (int end = filled + rows.Length; filled < end; )
                {
                    int start = stream.NextInt(rows.Length - block + 1);
                    int take = Math.Min(block, end - filled);
                    rows.AsSpan(start, take).CopyTo(pooled.AsSpan(filled));
                    filled += take;
                }
            }

            resampled[b] = statistic(pooled.AsSpan(0, filled));
        }

        Array.Sort(resampled);
        return double.IsNaN(resampled[0])
            ? new(double.NaN, double.NaN, double.NaN, 0, seeds, IntervalMethod.None)
            : new(
                value,
                Quantiles.OfSorted(resampled, (1 - options.Level) / 2),
                Quantiles.OfSorted(resampled, (1 + options.Level) / 2),
                options.Level,
                seeds,
                IntervalMethod.TwoLevelBootstrap
            );
    }

    /// <summary>ceil(n^(1/3)), in integers: the cube root of 27 in floating point may lie above 3.</summary>
    internal static int BlockLength(int rows)
    {
        int block = 1;
        while ((long)block * block * block < rows)
        {
            block++;
        }

        return block;
    }

    /// <summary>The share below the value, ties half. Sums of the same numbers in another order differ in the last bits: they are ties.</summary>
    private static double ShareBelow(double[] ascending, double value)
    {
        double rounding = 1e-12 * Math.Max(Math.Abs(value), ascending[^1] - ascending[0]);
        int below = 0;
        int equal = 0;
        foreach (double x in ascending)
        {
            below += x < value - rounding ? 1 : 0;
            equal += Math.Abs(x - value) <= rounding ? 1 : 0;
        }

        return (below + (0.5 * equal)) / ascending.Length;
    }

    /// <summary>Jackknife over seeds; for a mean, the leave-one-out values differ from their own mean by (value - mean) / (n - 1).</summary>
    private static double AccelerationOfMean(double[] values, double mean)
    {
        double squares = 0;
        double cubes = 0;
        foreach (double value in values)
        {
            double influence = value - mean;
            squares += influence * influence;
            cubes += influence * influence * influence;
        }

        return cubes / (6 * Math.Pow(squares, 1.5));
    }
}
