using CsCheck;
using ResearchKit.Simulation;

namespace ResearchKit.Core.Tests.Simulation;

public class VirtualTimeTests
{
    [Test]
    public void Seconds_are_rounded_to_nanoseconds()
    {
        Assert.That(VirtualTime.FromSeconds(0.1 + 0.2).Nanoseconds, Is.EqualTo(300_000_000));
        Assert.That(VirtualTime.FromSeconds(-1.5).Nanoseconds, Is.EqualTo(-1_500_000_000));
        Assert.That(VirtualTime.FromMilliseconds(41.207).Nanoseconds, Is.EqualTo(41_207_000));
        Assert.That(VirtualTime.FromSeconds(1.5).ToString(), Is.EqualTo("1.500000000 s"));
        Assert.That(VirtualTime.FromSeconds(1.5).Seconds, Is.EqualTo(1.5));
        Assert.That(VirtualTime.FromSeconds(1.5).Milliseconds, Is.EqualTo(1500));
    }

    [Test]
    public void Time_spans_come_and_go_exactly() =>
        Gen.Long[-(1L << 56), 1L << 56]
            .Sample(ticks => Assert.That(VirtualTime.FromTimeSpan(new TimeSpan(ticks)).ToTimeSpan(), Is.EqualTo(new TimeSpan(ticks))));

    [Test]
    public void Order_and_arithmetic_are_those_of_nanoseconds() =>
        Gen.Select(Gen.Long[-1000, 1000], Gen.Long[-1000, 1000])
            .Sample(
                (a, b) =>
                {
                    VirtualTime x = new(a);
                    VirtualTime y = new(b);
                    Assert.That((x + y).Nanoseconds, Is.EqualTo(a + b));
                    Assert.That((x - y).Nanoseconds, Is.EqualTo(a - b));
                    Assert.That((x * b).Nanoseconds, Is.EqualTo(a * b));
                    Assert.That(x < y, Is.EqualTo(a < b));
                    Assert.That(x > y, Is.EqualTo(a > b));
                    Assert.That(x <= y, Is.EqualTo(a <= b));
                    Assert.That(x >= y, Is.EqualTo(a >= b));
                    Assert.That(x.CompareTo(y), Is.EqualTo(a.CompareTo(b)));
                    Assert.That(VirtualTime.Min(x, y).Nanoseconds, Is.EqualTo(Math.Min(a, b)));
                    Assert.That(VirtualTime.Max(x, y).Nanoseconds, Is.EqualTo(Math.Max(a, b)));
                }
            );

    [Test]
    public void What_leaves_the_range_throws()
    {
        Assert.That(() => VirtualTime.MaxValue + new VirtualTime(1), Throws.TypeOf<OverflowException>());
        Assert.That(() => VirtualTime.FromTimeSpan(TimeSpan.MaxValue), Throws.TypeOf<OverflowException>());
        Assert.That(() => VirtualTime.FromSeconds(1e10), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("292 years"));
        Assert.That(() => VirtualTime.FromSeconds(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => VirtualTime.FromMilliseconds(double.PositiveInfinity), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_granularity_cuts_towards_zero()
    {
        Assert.That(default(ClockGranularity).Nanoseconds, Is.EqualTo(1));
        Assert.That(ClockGranularity.Millisecond.Truncate(new(41_207_999)).Nanoseconds, Is.EqualTo(41_000_000));
        Assert.That(ClockGranularity.Millisecond.Truncate(new(-1_999_999)).Nanoseconds, Is.EqualTo(-1_000_000));
        Assert.That(ClockGranularity.Nanosecond.Truncate(new(17)).Nanoseconds, Is.EqualTo(17));
        Assert.That(() => new ClockGranularity(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new ClockGranularity(3_000),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("divides one second")
        );
        Assert.That(() => ClockGranularity.Microsecond.FromSeconds(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    /// <summary>Python: int(3.0 * (60 / 1000) * 5 * 1e6) is 899999, as 3.0 * 0.06 * 5 is 0.8999999999999999; int(346083 / 200000 * 1e6) is 1730415.</summary>
    [Test]
    public void A_granularity_cuts_seconds_before_they_are_rounded()
    {
        Assert.That(ClockGranularity.Microsecond.FromSeconds(3.0 * (60 / 1000.0) * 5).Nanoseconds, Is.EqualTo(899_999_000));
        Assert.That(ClockGranularity.Microsecond.FromSeconds(346_083 / 200_000.0).Nanoseconds, Is.EqualTo(1_730_415_000));
    }
}
