using CsCheck;
using ResearchKit.Metrics;

namespace ResearchKit.Core.Tests.Metrics;

public class QuantilesTests
{
    /// <summary>numpy.quantile([2.1, 2.5, 1.9, 2.8, 2.2], p), whose default is type 7.</summary>
    [TestCase(0, 1.9)]
    [TestCase(0.1, 1.98)]
    [TestCase(0.25, 2.1)]
    [TestCase(0.5, 2.2)]
    [TestCase(0.9, 2.68)]
    [TestCase(0.99, 2.788)]
    [TestCase(1, 2.8)]
    public void Type_7_as_numpy(double p, double expected) =>
        Assert.That(Quantiles.Of([2.1, 2.5, 1.9, 2.8, 2.2], p), Is.EqualTo(expected).Within(1e-14));

    [Test]
    public void Several_at_once_equal_one_by_one() =>
        Gen.Double[-10, 10]
            .Array[1, 40]
            .Sample(sample =>
            {
                double[] quantiles = Quantiles.Of(sample, 0, 0.3, 0.5, 1);
                Assert.That(
                    quantiles,
                    Is.EqualTo([Quantiles.Of(sample, 0), Quantiles.Of(sample, 0.3), Quantiles.Median(sample), sample.Max()])
                );
                Assert.That(quantiles, Is.Ordered);
            });

    [Test]
    public void Infinite_neighbours_stay_infinite() =>
        Assert.That(Quantiles.Of([1, double.PositiveInfinity, double.PositiveInfinity], 0.75), Is.EqualTo(double.PositiveInfinity));

    [Test]
    public void Refuses_nothing_and_nan_and_a_wrong_probability()
    {
        Assert.That(() => Quantiles.Of([], 0.5), Throws.ArgumentException.With.Message.Contains("no values"));
        Assert.That(() => Quantiles.Of([1, double.NaN], 0.5), Throws.ArgumentException.With.Message.Contains("NaN"));
        Assert.That(() => Quantiles.Of([1, 2], 1.01), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Quantiles.Of([1, 2], double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
