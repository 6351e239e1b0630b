using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Metrics;

/// <summary>
/// Why seeds below 20 get Student's t: coverage of 95 % intervals of a mean, 3,000 trials a case on fixed streams. The expected shares were found by an independent
/// simulation (3,000 trials as well); two such shares differ by chance with a standard deviation of at most 0.0115 (near 0.75) or 0.006 (near 0.95), so 0.05 and 0.03 are over 4 of them.
/// </summary>
[Category("Long")]
public class IntervalsCoverageTests
{
    [TestCase(3, 0.951, 0.728)]
    [TestCase(5, 0.955, 0.843)]
    [TestCase(10, 0.950, 0.898)]
    [TestCase(20, 0.948, 0.927)]
    public void Of_normal_seeds(int n, double student, double bca) =>
        Check("normal", n, student, bca, truth: 0, stream => stream.NextGaussian());

    [TestCase(3, 0.929, 0.703)]
    [TestCase(5, 0.914, 0.810)]
    [TestCase(10, 0.922, 0.884)]
    [TestCase(20, 0.936, 0.916)]
    public void Of_log_normal_seeds(int n, double student, double bca) =>
        Check("log-normal", n, student, bca, truth: Math.Exp(0.125), stream => Math.Exp(0.5 * stream.NextGaussian()));

    private static void Check(string name, int n, double student, double bca, double truth, Func<RandomStream, double> draw)
    {
        RandomStream values = RandomStream.Named("test/coverage", name, $"{n}");
        RandomStream resamples = values.Split("bootstrap");
        IntervalOptions t = new() { BootstrapFrom = int.MaxValue };
        IntervalOptions b = new() { Resamples = 999 };
        int coveredByT = 0;
        int coveredByBca = 0;
        double[] sample = new double[n];
        for (int trial = 0; trial < 3_000; trial++)
        {
            for (int i = 0; i < n; i++)
            {
                sample[i] = draw(values);
            }

            Estimate e = Intervals.OfSeeds(sample, resamples, t);
            coveredByT += e.Low <= truth && truth <= e.High ? 1 : 0;
            (double low, double high) = Bootstrap.BcaOfMean(sample, sample.Average(), resamples, b);
            coveredByBca += low <= truth && truth <= high ? 1 : 0;
        }

        Assert.That(coveredByT / 3_000.0, Is.EqualTo(student).Within(0.03));
        Assert.That(coveredByBca / 3_000.0, Is.EqualTo(bca).Within(0.05));
    }
}
