using MathNet.Numerics.Distributions;
using ResearchKit.Numerics;

namespace ResearchKit.Metrics;

/// <summary>One-sided tests of "not better than the edge" on systems that were measured with the same seeds.</summary>
public static class PairedT
{
    /// <summary>Student's paired t of H0: the mean of a - b is at most <paramref name="edge"/>.</summary>
    /// <param name="a">The value of each seed.</param>
    /// <param name="b">What is subtracted, in the same order.</param>
    /// <param name="edge">The edge of the band. Default 0.</param>
    /// <returns>The p-value; without spread over the seeds 0 or 1, as the difference lies above the edge or not.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or there are fewer than two seeds.</exception>
    public static double OneSided(ReadOnlySpan<double> a, ReadOnlySpan<double> b, double edge = 0) =>
        OneSidedP(Pairs(a, b, ratio: false), edge);

    /// <summary>Student's paired t on logarithms of H0: the geometric mean of a / b is at most <paramref name="edge"/>.</summary>
    /// <param name="a">The numerator of each seed, positive.</param>
    /// <param name="b">The denominator of each seed, positive, in the same order.</param>
    /// <param name="edge">The edge of the band, positive. Default 1.</param>
    /// <returns>The p-value; without spread over the seeds 0 or 1, as the ratio lies above the edge or not.</returns>
    /// <exception cref="ArgumentException">The lengths differ, there are fewer than two seeds, or a value is not positive.</exception>
    public static double OneSidedRatio(ReadOnlySpan<double> a, ReadOnlySpan<double> b, double edge = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(edge);
        double[] logs = Array.ConvertAll(Pairs(a, b, ratio: true), Math.Log);
        return OneSidedP(logs, Math.Log(edge));
    }

    /// <summary>The bootstrap's p of the same H0 as <see cref="OneSided"/>: (1 + resamples at or below the edge) / (B + 1).</summary>
    /// <param name="a">The value of each seed.</param>
    /// <param name="b">What is subtracted, in the same order.</param>
    /// <param name="stream">Decides the resamples.</param>
    /// <param name="edge">The edge of the band. Default 0.</param>
    /// <param name="resamples">B. Default 9,999.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there are fewer than two seeds.</exception>
    public static double BootstrapOneSided(
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> b,
        RandomStream stream,
        double edge = 0,
        int resamples = 9_999
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 99);
        double[] differences = RequireTwo(Pairs(a, b, ratio: false));
        int violations = Bootstrap.ResampledMeans(differences, stream, resamples).Count(m => !(m > edge));
        return (1.0 + violations) / (resamples + 1.0);
    }

    internal static double[] Pairs(ReadOnlySpan<double> a, ReadOnlySpan<double> b, bool ratio)
    {
        if (a.Length != b.Length || a.IsEmpty)
        {
            throw new ArgumentException(
                $"Pairs need the same seeds in the same order on both sides, at least one; got {a.Length} and {b.Length} values.",
                nameof(b)
            );
        }

        double[] pairs = new double[a.Length];
        for (int i = 0; i < pairs.Length; i++)
        {
            if (ratio && (a[i] <= 0 || b[i] <= 0))
            {
                throw new ArgumentException(
                    FormattableString.Invariant(
                        $"The pair {a[i]}, {b[i]} at index {i} has no ratio on the log scale; both must be positive."
                    ),
                    nameof(a)
                );
            }

            pairs[i] = ratio ? a[i] / b[i] : a[i] - b[i];
        }

        return pairs;
    }

    internal static double StandardError(ReadOnlySpan<double> values, double mean)
    {
        double squares = 0;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return Math.Sqrt(squares / (values.Length - 1) / values.Length);
    }

    /// <summary>P(T &gt;= t) of Student's t; by symmetry from the lower tail, where small values keep their digits.</summary>
    internal static double UpperTail(double t, double freedom) => StudentT.CDF(0, 1, freedom, -t);

    /// <summary>The quantile of Student's t. MathNet's root search stops at 1e-8; a Newton step from there gives the remaining digits.</summary>
    internal static double Quantile(double p, double freedom)
    {
        double t = StudentT.InvCDF(0, 1, freedom, p);
        return t - ((StudentT.CDF(0, 1, freedom, t) - p) / StudentT.PDF(0, 1, freedom, t));
    }

    private static double OneSidedP(double[] values, double edge)
    {
        double mean = RequireTwo(values).Average();
        if (values.AsSpan().IndexOfAnyExcept(values[0]) < 0)
        {
            return values[0] > edge ? 0 : 1;
        }

        return UpperTail((mean - edge) / StandardError(values, mean), values.Length - 1);
    }

    private static double[] RequireTwo(double[] values) =>
        values.Length >= 2 ? values : throw new ArgumentException("A paired test needs at least two seeds.", nameof(values));
}
