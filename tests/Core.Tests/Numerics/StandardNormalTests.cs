using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Numerics;

public class StandardNormalTests
{
    [TestCase(1e-10, -6.361340902404056)]
    [TestCase(0.3, -0.5244005127080407)]
    [TestCase(0.975, 1.9599639845400536)]
    public void Quantiles_of_the_published_points_are_equal_to_the_bit(double p, double expected) =>
        Assert.That(StandardNormal.Quantile(p), Is.EqualTo(expected));

    [Test]
    public void Quantile_covers_the_ends_and_refuses_the_rest()
    {
        Assert.That(StandardNormal.Quantile(0), Is.EqualTo(double.NegativeInfinity));
        Assert.That(StandardNormal.Quantile(1), Is.EqualTo(double.PositiveInfinity));
        Assert.That(StandardNormal.Quantile(0.5), Is.Zero);
        Assert.That(StandardNormal.Quantile(double.Epsilon), Is.EqualTo(-38.4674).Within(1e-3));
        Assert.That(() => StandardNormal.Quantile(-0.1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => StandardNormal.Quantile(double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Log_is_within_two_units_in_the_last_place()
    {
        for (var i = 0; i <= 40_000; i++)
        {
            var x = Math.Exp(-i / 1000.0);
            Assert.That(StandardNormal.Log(x), Is.EqualTo(Math.Log(x)).Within(2 * Math.BitIncrement(Math.Abs(Math.Log(x))) * 2.3e-16));
        }
        Assert.That(StandardNormal.Log(double.Epsilon), Is.EqualTo(Math.Log(double.Epsilon)).Within(2e-13));
    }

    [Test]
    public void Upper_tail_and_quantile_are_inverse()
    {
        for (var x = -8.0; x <= 36; x += 0.01)
        {
            var q = StandardNormal.UpperTail(x);
            // Near q = 1 the probability itself holds x only to its own last place.
            var lost = x < 0 ? 2.3e-16 / StandardNormal.Density(x) : 0;
            Assert.That(StandardNormal.InverseUpperTail(q), Is.EqualTo(x).Within(1e-12 * Math.Max(1, Math.Abs(x)) + lost));
        }
    }

    // Q(6) = 9.8658764503769814e-10 and the hazards of the tables.
    [Test]
    public void Known_tails_and_hazards()
    {
        Assert.That(StandardNormal.UpperTail(6), Is.EqualTo(9.8658764503769814e-10).Within(1e-22));
        Assert.That(StandardNormal.Hazard(3), Is.EqualTo(3.28).Within(0.005));
        Assert.That(StandardNormal.Hazard(3.5), Is.EqualTo(3.75).Within(0.005));
        Assert.That(StandardNormal.Hazard(4), Is.EqualTo(4.23).Within(0.005));
        Assert.That(StandardNormal.Density(0), Is.EqualTo(0.3989422804014327).Within(1e-16));
    }

    [Test]
    public void Hazard_is_continuous_where_the_formula_changes_and_finite_far_out()
    {
        var below = Math.BitDecrement(10.0);
        Assert.That(StandardNormal.Hazard(10), Is.EqualTo(StandardNormal.Density(below) / StandardNormal.UpperTail(below)).Within(1e-12));
        Assert.That(StandardNormal.Hazard(1e6), Is.EqualTo(1e6 + 1e-6).Within(1e-9));
        Assert.That(StandardNormal.Hazard(-40), Is.Zero.Within(1e-300));
    }
}
