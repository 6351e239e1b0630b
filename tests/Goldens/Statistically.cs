using System.Globalization;
using NUnit.Framework;
using ResearchKit.Metrics;
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
    public static void Fits(ReadOnlySpan<long> counts, ReadOnlySpan<double> probabilities, double falseAlarm = DefaultFalseAlarm) =>
        Check(GoodnessOfFit.ChiSquare(counts, probabilities, falseAlarm));

    /// <summary>Chi-square with equal probabilities.</summary>
    public static void IsUniform(ReadOnlySpan<long> counts, double falseAlarm = DefaultFalseAlarm) =>
        Check(GoodnessOfFit.Uniform(counts, falseAlarm));

    /// <summary>Kolmogorov-Smirnov test: the sample is of a continuous distribution.</summary>
    public static void Fits(IEnumerable<double> sample, Func<double, double> cumulative, double falseAlarm = DefaultFalseAlarm) =>
        Check(GoodnessOfFit.KolmogorovSmirnov(sample.ToArray(), cumulative, falseAlarm));

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
        GoodnessOfFitResult result = GoodnessOfFit.Binomial(successes, trials, probability, falseAlarm);
        Check(result.P, falseAlarm, $"{successes} of {trials} where the probability {probability:g6} is expected");
    }

    private static void Check(GoodnessOfFitResult result) => Assert.That(result.Rejected, Is.False, result.ToString());

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
