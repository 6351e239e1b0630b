using CsCheck;
using ResearchKit.Metrics;

namespace ResearchKit.Core.Tests.Metrics;

public class EcdfTests
{
    private static readonly Gen<double[]> Samples = Gen.Int[0, 9].Select(i => i / 2.0).Array[1, 30];

    [Test]
    public void Shares_steps_and_quantiles_by_their_definitions() =>
        Gen.Select(Samples, Gen.Double[-1, 6], Gen.Double[0, 1])
            .Sample(
                (sample, x, p) =>
                {
                    Ecdf ecdf = new(sample);
                    Assert.That(ecdf.At(x), Is.EqualTo(sample.Count(v => v <= x) / (double)sample.Length));
                    Assert.That(ecdf.At(sample[0]), Is.EqualTo(sample.Count(v => v <= sample[0]) / (double)sample.Length));
                    Assert.That(ecdf.Steps().Select(s => s.Value), Is.EqualTo(sample.Distinct().Order()));
                    Assert.That(ecdf.Steps().All(s => s.Share == ecdf.At(s.Value)));
                    Assert.That(ecdf.Quantile(p), Is.EqualTo(sample.Order().First(v => ecdf.At(v) >= p)));
                    Assert.That(ecdf.Quantile(ecdf.At(sample[0])), Is.EqualTo(sample[0]), "the inverse at a step");
                }
            );

    /// <summary>scipy.stats.ks_2samp([1, 2, 2, 3, 5.5], [2, 2.5, 3, 3, 9, 10]).statistic.</summary>
    [Test]
    public void Distance_as_scipy() =>
        Assert.That(new Ecdf([1, 2, 2, 3, 5.5]).DistanceTo(new([2, 2.5, 3, 3, 9, 10])), Is.EqualTo(0.43333333333333335).Within(1e-15));

    [Test]
    public void Distance_is_the_largest_difference_anywhere() =>
        Gen.Select(Samples, Samples)
            .Sample(
                (a, b) =>
                {
                    (Ecdf f, Ecdf g) = (new(a), new(b));
                    double largest = a.Concat(b).Max(x => Math.Abs(f.At(x) - g.At(x)));
                    Assert.That(f.DistanceTo(g), Is.EqualTo(largest).Within(1e-15));
                    Assert.That(g.DistanceTo(f), Is.EqualTo(largest).Within(1e-15));
                }
            );

    [Test]
    public void Wrong_input_is_refused()
    {
        Assert.That(() => new Ecdf([]), Throws.ArgumentException);
        Assert.That(() => new Ecdf([1, double.NaN]), Throws.ArgumentException);
        Assert.That(() => new Ecdf([1]).At(double.NaN), Throws.ArgumentException);
        Assert.That(() => new Ecdf([1]).Quantile(1.1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
