using System.Globalization;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using NUnit.Framework;
using ResearchKit.Numerics;

namespace ResearchKit.Goldens;

/// <summary>
/// Assertions about random numbers. Each states its false-alarm rate: the probability that correct code fails, over the choice of the stream. As streams are
/// fixed by name, a test that passes once passes always.
/// </summary>
public static class Statistically
{
    /// <summary>The rate unless another is named.</summary>
    public const double DefaultFalseAlarm = 1e-6;

    /// <summary>Pearson's chi-square test: the counts fit the probabilities. Each expected count must be at least 5.</summary>
    public static void Fits(ReadOnlySpan<long> counts, ReadOnlySpan<double> probabilities, double falseAlarm = DefaultFalseAlarm)
    {
        var (total, sum) = (0L, 0.0);
        foreach (var count in counts)
        {
            total += count;
        }
        foreach (var probability in probabilities)
        {
            sum += probability;
        }
        if (counts.Length != probabilities.Length || counts.Length < 2 || Math.Abs(sum - 1) > 1e-9)
        {
            throw new ArgumentException(
                $"{counts.Length} counts and {probabilities.Length} probabilities with the sum {sum}: as many, at least 2, and 1."
            );
        }
        var statistic = 0.0;
        for (var i = 0; i < counts.Length; i++)
        {
            var expected = total * probabilities[i];
            if (expected < 5)
            {
                throw new ArgumentException(
                    $"Class {i} expects {expected} of {total} draws; the test holds from 5 on: pool classes or draw more."
                );
            }
            statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        var p = SpecialFunctions.GammaUpperRegularized((counts.Length - 1) / 2.0, statistic / 2);
        Check(p, falseAlarm, $"chi-square {statistic:g6} with {counts.Length - 1} degrees of freedom over {total} draws");
    }

    /// <summary>Chi-square with equal probabilities.</summary>
    public static void IsUniform(ReadOnlySpan<long> counts, double falseAlarm = DefaultFalseAlarm)
    {
        var probabilities = new double[counts.Length];
        Array.Fill(probabilities, 1.0 / counts.Length);
        Fits(counts, probabilities, falseAlarm);
    }

    /// <summary>Kolmogorov-Smirnov test: the sample is of a continuous distribution (Stephens' approximation; 20 values or more).</summary>
    public static void Fits(IEnumerable<double> sample, Func<double, double> cumulative, double falseAlarm = DefaultFalseAlarm)
    {
        double[] sorted = [.. sample.Order()];
        var n = sorted.Length;
        if (n < 20)
        {
            throw new ArgumentException($"{n} values; the approximation holds from 20 on.");
        }
        var distance = 0.0;
        for (var i = 0; i < n; i++)
        {
            var f = cumulative(sorted[i]);
            distance = Math.Max(distance, Math.Max((i + 1.0) / n - f, f - (double)i / n));
        }
        var root = Math.Sqrt(n);
        var lambda = (root + 0.12 + 0.11 / root) * distance;
        var p = 0.0;
        for (var k = 1; k <= 100; k++)
        {
            p += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2 * k * k * lambda * lambda);
        }
        Check(lambda < 0.2 ? 1 : p, falseAlarm, $"Kolmogorov-Smirnov distance {distance:g6} over {n} values");
    }

    /// <summary>z-test: the mean of independent values with a known standard deviation.</summary>
    public static void HasMean(
        double mean,
        double standardDeviation,
        IReadOnlyCollection<double> sample,
        double falseAlarm = DefaultFalseAlarm
    )
    {
        var found = sample.Average();
        var z = (found - mean) / (standardDeviation / Math.Sqrt(sample.Count));
        Check(
            2 * StandardNormal.UpperTail(Math.Abs(z)),
            falseAlarm,
            $"mean {found:g6} of {sample.Count} values where {mean:g6} is expected, z = {z:g4}"
        );
    }

    /// <summary>Exact two-sided binomial test: successes of independent trials.</summary>
    public static void HasProbability(double probability, long successes, long trials, double falseAlarm = DefaultFalseAlarm)
    {
        var binomial = new Binomial(probability, checked((int)trials));
        var below = binomial.CumulativeDistribution(successes);
        var above = successes == 0 ? 1 : 1 - binomial.CumulativeDistribution(successes - 1);
        Check(
            Math.Min(1, 2 * Math.Min(below, above)),
            falseAlarm,
            $"{successes} of {trials} where the probability {probability:g6} is expected"
        );
    }

    private static void Check(double p, double falseAlarm, FormattableString what) =>
        Assert.That(
            p,
            Is.GreaterThanOrEqualTo(falseAlarm),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what.ToString(CultureInfo.InvariantCulture)}: p = {p:g3}, false-alarm rate {falseAlarm:g3}"
            )
        );
}
