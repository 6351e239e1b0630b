using CsCheck;
using ResearchKit.Metrics;

namespace ResearchKit.Core.Tests.Metrics;

public class LoadBalanceTests
{
    /// <summary>NumPy and scipy.stats.variation on [120, 80, 100, 40, 160]; Gini = abs(l[:, None] - l).mean() / (2 l.mean()).</summary>
    [Test]
    public void The_measures_as_numpy()
    {
        LoadBalance balance = LoadBalance.Of([120L, 80, 100, 40, 160]);
        Assert.That(balance.MaxOverMean, Is.EqualTo(1.6).Within(1e-14));
        Assert.That(balance.CoefficientOfVariation, Is.EqualTo(0.4).Within(1e-14));
        Assert.That(balance.Gini, Is.EqualTo(0.224).Within(1e-14));
        Assert.That(balance.Jain, Is.EqualTo(0.8620689655172413).Within(1e-14));
        Assert.That(balance.MaxOverMedian, Is.EqualTo(1.6).Within(1e-14));
        Assert.That(balance.RelativeRange, Is.EqualTo(3).Within(1e-14));
        Assert.That(balance.IdleShare, Is.EqualTo(0.375).Within(1e-14));
    }

    [Test]
    public void The_measures_by_their_definitions() =>
        Gen.Double[0, 100]
            .Array[1, 12]
            .Where(loads => loads.Max() > 0)
            .Sample(loads =>
            {
                LoadBalance balance = LoadBalance.Of(loads);
                double n = loads.Length;
                double mean = loads.Average();
                double pairs = loads.Sum(a => loads.Sum(b => Math.Abs(a - b)));
                Assert.That(balance.MaxOverMean, Is.EqualTo(loads.Max() / mean).Within(1e-9));
                Assert.That(
                    balance.CoefficientOfVariation,
                    Is.EqualTo(Math.Sqrt(loads.Sum(l => (l - mean) * (l - mean)) / n) / mean).Within(1e-9)
                );
                Assert.That(balance.Gini, Is.EqualTo(pairs / (2 * n * n * mean)).Within(1e-9));
                Assert.That(balance.Jain, Is.EqualTo(Math.Pow(loads.Sum(), 2) / (n * loads.Sum(l => l * l))).Within(1e-9));
                Assert.That(balance.IdleShare, Is.EqualTo(1 - (mean / loads.Max())).Within(1e-9));
                Assert.That(balance.Gini, Is.InRange(-1e-12, ((n - 1) / n) + 1e-12));
                Assert.That(balance.Jain, Is.InRange((1 / n) - 1e-12, 1 + 1e-12));
            });

    [Test]
    public void Equal_loads_are_even_and_one_worker_with_all_is_the_other_end()
    {
        Assert.That(LoadBalance.Of([3.0, 3, 3]), Is.EqualTo(new LoadBalance(1, 0, 0, 1, 1, 0, 0)));
        Assert.That(LoadBalance.Of([0L, 0]), Is.EqualTo(new LoadBalance(1, 0, 0, 1, 1, double.PositiveInfinity, 0)));
        LoadBalance one = LoadBalance.Of([0L, 0, 0, 5]);
        Assert.That((one.MaxOverMean, one.Gini, one.Jain, one.IdleShare), Is.EqualTo((4.0, 0.75, 0.25, 0.75)));
        Assert.That((one.RelativeRange, one.MaxOverMedian), Is.EqualTo((double.PositiveInfinity, double.PositiveInfinity)));
        Assert.That(LoadBalance.Of([1e300, 3e300]).Jain, Is.EqualTo(0.8).Within(1e-14), "no square overflows");
    }

    [Test]
    public void Wrong_input_is_refused()
    {
        Assert.That(() => LoadBalance.Of(Array.Empty<double>()), Throws.ArgumentException);
        Assert.That(() => LoadBalance.Of([1.0, -1]), Throws.ArgumentException.With.Message.Contains("-1"));
        Assert.That(() => LoadBalance.Of([1.0, double.NaN]), Throws.ArgumentException);
        Assert.That(() => LoadBalance.Of([1.0, double.PositiveInfinity]), Throws.ArgumentException);
    }
}
