using CsCheck;
using ResearchKit.Metrics;

namespace ResearchKit.Core.Tests.Metrics;

public class TwoProportionsTests
{
    /// <summary>scipy 1.10: fisher_exact([[a, n - a], [b, m - b]], alternative="greater")[1]; norm.sf of the pooled z.</summary>
    [TestCase(8, 10, 1, 6, 0.024475524475524483, 0.006712712440745632)]
    [TestCase(22, 100, 15, 100, 0.13722593186138407, 0.10120232558211179)]
    [TestCase(185, 1000, 150, 1000, 0.020822377884039185, 0.018049179390091902)]
    [TestCase(0, 5, 0, 7, 1.0, 1.0)]
    [TestCase(5, 5, 7, 7, 1.0, 1.0)]
    [TestCase(3, 20, 9, 20, 0.9930929260740162, 0.9807830348816091)]
    public void As_scipy(long a, long n, long b, long m, double fisher, double z)
    {
        Assert.That(TwoProportions.FisherExact(a, n, b, m), Is.EqualTo(fisher).Within(1e-11));
        Assert.That(TwoProportions.PooledZ(a, n, b, m), Is.EqualTo(z).Within(1e-12));
    }

    /// <summary>The reference deals the successes to all trials in every way, for small numbers.</summary>
    [Test]
    public void Fisher_counts_all_ways_to_deal_the_successes() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[0, 6], Gen.Int[0, 6])
            .Sample(
                (n, m, a, b) =>
                {
                    (a, b) = (Math.Min(a, n), Math.Min(b, m));
                    int[] ways = [.. Enumerable.Range(0, 1 << (n + m)).Where(bits => int.PopCount(bits) == a + b)];
                    double asMany = ways.Count(bits => int.PopCount(bits & ((1 << n) - 1)) >= a);
                    Assert.That(TwoProportions.FisherExact(a, n, b, m), Is.EqualTo(asMany / ways.Length).Within(1e-12));
                }
            );

    [Test]
    public void Wrong_input_is_refused()
    {
        Assert.That(
            () => TwoProportions.FisherExact(3, 2, 0, 1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("successesA")
        );
        Assert.That(
            () => TwoProportions.PooledZ(0, 1, -1, 1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("successesB")
        );
        Assert.That(
            () => TwoProportions.PooledZ(0, 0, 0, 1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("trialsA")
        );
    }
}
