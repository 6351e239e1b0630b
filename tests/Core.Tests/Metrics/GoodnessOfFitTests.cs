using CsCheck;
using ResearchKit.Metrics;
using ResearchKit.Numerics;
using SpecialFunctions = MathNet.Numerics.SpecialFunctions;

namespace ResearchKit.Core.Tests.Metrics;

/// <summary>Constants: scipy 1.10, by the call named at each.</summary>
public class GoodnessOfFitTests
{
    private static readonly double[] Sample = [0.02, 0.11, 0.13, 0.35, 0.36, 0.49, 0.58, 0.6, 0.77, 0.93];

    /// <summary>scipy.stats.chisquare([16, 18, 16, 14, 12, 12]) and chisquare([44, 56, 100], [50, 50, 100]).</summary>
    [Test]
    public void Chi_square_as_scipy()
    {
        GoodnessOfFitResult even = GoodnessOfFit.Uniform([16, 18, 16, 14, 12, 12]);
        Assert.That((even.Statistic, even.Freedom, even.Count), Is.EqualTo((2.0, 5, 88L)).Using<double>((a, b) => Math.Abs(a - b) < 1e-12));
        Assert.That(even.P, Is.EqualTo(0.8491450360846096).Within(1e-12));
        GoodnessOfFitResult given = GoodnessOfFit.ChiSquare([44, 56, 100], [0.25, 0.25, 0.5]);
        Assert.That((given.Statistic, given.P), Is.EqualTo((1.44, 0.4867522559599715)).Using<double>((a, b) => Math.Abs(a - b) < 1e-12));
        Assert.That(given.Rejected, Is.False);
        // A fitted parameter takes a degree of freedom: scipy.stats.chi2.sf(1.44, 1).
        Assert.That(GoodnessOfFit.ChiSquare([44, 56, 100], [0.25, 0.25, 0.5], fitted: 1).P, Is.EqualTo(0.23013934044341325).Within(1e-9));
        Assert.That(GoodnessOfFit.Uniform([1200, 900, 900], 1e-6).Rejected, Is.True);
        Assert.That(even.ToString(), Is.EqualTo("chi-square 2 with 5 degrees of freedom over 88: p = 0.849, false-alarm rate 0.001"));
    }

    /// <summary>scipy.stats.kstest(sample, "uniform") and (sample, "expon").</summary>
    [Test]
    public void Kolmogorov_smirnov_as_scipy()
    {
        GoodnessOfFitResult uniform = GoodnessOfFit.KolmogorovSmirnov(Sample, x => x);
        Assert.That(uniform.Statistic, Is.EqualTo(0.2).Within(1e-14));
        Assert.That(uniform.P, Is.EqualTo(0.7487190399999994).Within(1e-12));
        GoodnessOfFitResult exponential = GoodnessOfFit.KolmogorovSmirnov(Sample, x => 1 - Math.Exp(-x));
        Assert.That(exponential.Statistic, Is.EqualTo(0.39455371037160103).Within(1e-14));
        Assert.That(exponential.P, Is.EqualTo(0.06488640228680809).Within(1e-6));
    }

    /// <summary>
    /// scipy.stats.kstwo.sf(d, n); from 1,000 to 2,000 values, where that is an approximation, scipy.stats._ksstats._kolmogn_DMTW(n, d, cdf=False). Exact to rounding
    /// up to 2,000 values, 2e-6 of the tail where that is doubled from one side, 2e-3 absolute in the body beyond.
    /// </summary>
    [TestCase(1, 0.9, 0.19999999999999996, 1e-12)]
    [TestCase(5, 0.3, 0.664, 1e-12)]
    [TestCase(10, 0.2, 0.7487190399999999, 1e-12)]
    [TestCase(10, 0.5, 0.00777741, 1e-9)]
    [TestCase(20, 0.15, 0.7044671549442872, 1e-12)]
    [TestCase(100, 0.05, 0.9532159710635725, 1e-11)]
    [TestCase(100, 0.12, 0.1033037490181987, 1e-11)]
    [TestCase(100, 0.3, 1.7719869892662917e-08, 1e-18)]
    [TestCase(1000, 0.02, 0.8108971310702142, 1e-10)]
    [TestCase(1000, 0.05, 0.013012071309982706, 2.6e-8)]
    [TestCase(2000, 0.03, 0.05354694548339335, 1e-10)]
    [TestCase(5000, 0.012, 0.4639912166690191, 2e-3)]
    [TestCase(20000, 0.008, 0.15371596723031855, 2e-3)]
    [TestCase(20000, 0.02, 2.2181270070049744e-07, 1e-14)]
    [TestCase(200000, 0.002, 0.39995085369038097, 2e-3)]
    public void Kolmogorov_distribution_as_scipy(int n, double d, double expected, double tolerance)
    {
        // A sample whose largest distance is d exactly: the quantiles of the middle of each step, moved.
        double[] sample = [.. Enumerable.Range(0, n).Select(i => Math.Clamp(((i + 1.0) / n) - d, 0, 1))];
        GoodnessOfFitResult result = GoodnessOfFit.KolmogorovSmirnov(sample, x => x);
        Assert.That(result.Statistic, Is.EqualTo(d).Within(1e-12));
        Assert.That(result.P, Is.EqualTo(expected).Within(tolerance));
    }

    /// <summary>scipy.stats.binom.sf(k - 1, n, p), cdf(k, n, p); two-sided twice the smaller.</summary>
    [TestCase(3, 10, 0.5, 0.9453125, 0.171875)]
    [TestCase(60, 100, 0.5, 0.02844396682049044, 0.9823998998911476)]
    [TestCase(0, 20, 0.1, 1.0, 0.12157665459056925)]
    [TestCase(550, 10_000, 0.05, 0.0124199321490095, 0.9889429224813625)]
    [TestCase(1_000, 10_000, 0.05, 5.0303264399540354e-92, 1.0)]
    [TestCase(50_200, 100_000, 0.5, 0.1035194858821112, 0.8976142344571816)]
    public void Binomial_tails_as_scipy(long k, long n, double p, double atLeast, double atMost)
    {
        Assert.That(BinomialTail.AtLeast(k, n, p), Is.EqualTo(atLeast).Within(1e-7).Percent);
        Assert.That(BinomialTail.AtMost(k, n, p), Is.EqualTo(atMost).Within(1e-7).Percent);
        GoodnessOfFitResult test = GoodnessOfFit.Binomial(k, n, p);
        Assert.That(test.P, Is.EqualTo(Math.Min(1, 2 * Math.Min(atLeast, atMost))).Within(1e-7).Percent);
        Assert.That(test.Rejected, Is.EqualTo(test.P < 0.001));
    }

    [Test]
    public void Binomial_tails_are_sums_of_terms() =>
        Gen.Select(Gen.Long[0, 40], Gen.Long[-2, 43], Gen.Double[0, 1])
            .Sample(
                (n, k, p) =>
                {
                    double[] terms =
                    [
                        .. Enumerable
                            .Range(0, (int)n + 1)
                            .Select(i => SpecialFunctions.Binomial((int)n, i) * Math.Pow(p, i) * Math.Pow(1 - p, n - i)),
                    ];
                    Assert.That(BinomialTail.AtLeast(k, n, p), Is.EqualTo(terms.Where((_, i) => i >= k).Sum()).Within(1e-9));
                    Assert.That(BinomialTail.AtMost(k, n, p), Is.EqualTo(terms.Where((_, i) => i <= k).Sum()).Within(1e-9));
                }
            );

    /// <summary>The thresholds and powers of audit 4.4; scipy.stats.binom.sf agrees with every digit.</summary>
    [TestCase(100, 22, 0.07097540743871185, 0.17972194872537317, 0.345966781975341)]
    [TestCase(1_000, 170, 0.20533919932667954, 0.8056772848677463, 0.9929082172860106)]
    [TestCase(5_000, 793, 0.6122940791182725, 0.9999706797234946, 0.9999999999999772)]
    public void Thresholds_of_too_many_errors(long n, long expected, double power16, double power18, double power20)
    {
        long c = BinomialTail.Threshold(n, 0.15, 0.05);
        Assert.That(c, Is.EqualTo(expected));
        Assert.That(BinomialTail.AtLeast(c, n, 0.15), Is.LessThanOrEqualTo(0.05));
        Assert.That(BinomialTail.AtLeast(c - 1, n, 0.15), Is.GreaterThan(0.05));
        Assert.That(BinomialTail.AtLeast(c, n, 0.16), Is.EqualTo(power16).Within(1e-10));
        Assert.That(BinomialTail.AtLeast(c, n, 0.18), Is.EqualTo(power18).Within(1e-10));
        Assert.That(BinomialTail.AtLeast(c, n, 0.20), Is.EqualTo(power20).Within(1e-10));
    }

    [Test]
    public void A_threshold_exists_or_is_out_of_reach()
    {
        Assert.That(BinomialTail.Threshold(3, 0.9, 0.05), Is.EqualTo(4), "0.9^3 is above 0.05");
        Assert.That(BinomialTail.Threshold(10, 0, 0.05), Is.EqualTo(1));
        Assert.That(BinomialTail.Threshold(0, 0.5, 0.05), Is.EqualTo(1));
    }

    /// <summary>Each test rejects true hypotheses as often as it says: 2,000 trials at a rate of 5 %; the accepted range is 5 standard deviations wide on each side.</summary>
    [Test]
    public void The_false_alarm_rate_is_the_stated_one()
    {
        RandomStream stream = RandomStream.Named("GoodnessOfFitTests", "null");
        int[] rejected = new int[2];
        for (int trial = 0; trial < 2_000; trial++)
        {
            double[] uniforms = new double[50];
            stream.Fill(uniforms.AsSpan());
            rejected[0] += GoodnessOfFit.KolmogorovSmirnov(uniforms, x => x, 0.05).Rejected ? 1 : 0;
            long[] counts = new long[5];
            for (int i = 0; i < 500; i++)
            {
                counts[stream.NextInt(5)]++;
            }

            rejected[1] += GoodnessOfFit.Uniform(counts, 0.05).Rejected ? 1 : 0;
        }

        double deviation = Math.Sqrt(2_000 * 0.05 * 0.95);
        Assert.That(rejected, Is.All.InRange(100 - (5 * deviation), 100 + (5 * deviation)));
    }

    [Test]
    public void Wrong_input_is_refused()
    {
        Assert.That(() => GoodnessOfFit.Uniform([100]), Throws.ArgumentException);
        Assert.That(
            () => GoodnessOfFit.ChiSquare([3, 900], [0.001, 0.999]),
            Throws.ArgumentException.With.Message.Contains("pool classes")
        );
        Assert.That(() => GoodnessOfFit.ChiSquare([3, 900], [0.5, 0.4]), Throws.ArgumentException.With.Message.Contains("0.9"));
        Assert.That(() => GoodnessOfFit.ChiSquare([-3, 900], [0.5, 0.5]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => GoodnessOfFit.ChiSquare([50, 50], [0.5, 0.5], fitted: 1), Throws.ArgumentException);
        Assert.That(() => GoodnessOfFit.Uniform([50, 50], 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => GoodnessOfFit.KolmogorovSmirnov([], x => x), Throws.ArgumentException);
        Assert.That(() => GoodnessOfFit.KolmogorovSmirnov([2], x => x), Throws.ArgumentException.With.Message.Contains("gives 2"));
        Assert.That(() => GoodnessOfFit.Binomial(11, 10, 0.5), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => GoodnessOfFit.Binomial(0, 0, 0.5), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => BinomialTail.AtLeast(0, 1, 1.5), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    /// <summary>By exact fractions (Python): sum of C(n, k) a^k (b - a)^(n - k) over b^n.</summary>
    [TestCase(793, 5000, 0.16, 0.6122940791182732)]
    [TestCase(965, 5000, 0.19, 0.2996481655998697)]
    [TestCase(3200, 20000, 0.15, 4.4653591007830045e-05)]
    public void Binomial_tails_keep_twelve_digits(long k, long n, double p, double expected) =>
        Assert.That(BinomialTail.AtLeast(k, n, p), Is.EqualTo(expected).Within(1e-10).Percent);
}
