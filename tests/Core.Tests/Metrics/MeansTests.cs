using CsCheck;
using ResearchKit.Metrics;

namespace ResearchKit.Core.Tests.Metrics;

public class MeansTests
{
    /// <summary>scipy.stats.hmean and gmean of [1.5, 2, 8, 0.25].</summary>
    [Test]
    public void As_scipy()
    {
        Assert.That(Means.Harmonic([1.5, 2, 8, 0.25]), Is.EqualTo(0.7559055118110237).Within(1e-15));
        Assert.That(Means.Geometric([1.5, 2, 8, 0.25]), Is.EqualTo(1.565084580073287).Within(1e-14));
    }

    [Test]
    public void Harmonic_is_below_geometric_is_below_arithmetic() =>
        Gen.Double[0.01, 100]
            .Array[1, 20]
            .Sample(values =>
            {
                Assert.That(Means.Harmonic(values), Is.LessThanOrEqualTo(Means.Geometric(values) * (1 + 1e-12)));
                Assert.That(Means.Geometric(values), Is.LessThanOrEqualTo(values.Average() * (1 + 1e-12)));
            });

    [Test]
    public void Wrong_input_is_refused()
    {
        Assert.That(() => Means.Harmonic([]), Throws.ArgumentException);
        Assert.That(() => Means.Geometric([1, 0]), Throws.ArgumentException.With.Message.Contains("index 1"));
        Assert.That(() => Means.Harmonic([double.NaN]), Throws.ArgumentException);
    }
}
