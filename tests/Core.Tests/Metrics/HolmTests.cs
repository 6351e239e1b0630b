using CsCheck;
using ResearchKit.Metrics;

namespace ResearchKit.Core.Tests.Metrics;

public class HolmTests
{
    [Test]
    public void Adjusts_the_worked_example() =>
        Assert.That(Holm.Adjust(0.001, 0.02, 0.03, 0.04, 0.2), Is.EqualTo([0.005, 0.08, 0.09, 0.09, 0.2]).Within(1e-15));

    [Test]
    public void Keeps_the_order_it_was_given() => Assert.That(Holm.Adjust(0.2, 0.01), Is.EqualTo([0.2, 0.02]).Within(1e-15));

    [Test]
    public void Never_smaller_than_raw_never_above_one_and_monotone() =>
        Gen.Double[0, 1]
            .Array[0, 30]
            .Sample(p =>
            {
                double[] adjusted = Holm.Adjust(p);
                Assert.That(adjusted, Has.Length.EqualTo(p.Length));
                for (int i = 0; i < p.Length; i++)
                {
                    Assert.That(adjusted[i], Is.InRange(p[i], 1));
                    for (int j = 0; j < p.Length; j++)
                    {
                        Assert.That(p[i] < p[j] && adjusted[i] > adjusted[j], Is.False);
                    }
                }
            });

    [Test]
    public void Refuses_what_is_no_probability() =>
        Assert.That(() => Holm.Adjust(0.5, 1.5), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
