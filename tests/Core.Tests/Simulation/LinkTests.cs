using CsCheck;
using ResearchKit.Simulation;

namespace ResearchKit.Core.Tests.Simulation;

public class LinkTests
{
    /// <summary>7,030 B on 10 Mbit/s: 7030 * 8 / 1e7 = 5.624 ms; half of a round trip of 20 ms before it.</summary>
    [Test]
    public void A_transfer_is_latency_and_size_over_bandwidth()
    {
        Link link = Link.OfMegabits(VirtualTime.FromMilliseconds(10), 10);
        Assert.That(link.BytesPerSecond, Is.EqualTo(1_250_000));
        Assert.That(link.SerializationTime(7_030), Is.EqualTo(VirtualTime.FromMilliseconds(5.624)));
        Assert.That(link.TransferTime(7_030), Is.EqualTo(VirtualTime.FromMilliseconds(15.624)));
        Assert.That(link.TransferTime(0), Is.EqualTo(link.Latency));
        Assert.That(new Link(new(5), double.PositiveInfinity).TransferTime(long.MaxValue), Is.EqualTo(new VirtualTime(5)));
    }

    [Test]
    public void More_bandwidth_is_never_slower_and_more_bytes_never_faster() =>
        Gen.Select(Gen.Double[1, 1e10], Gen.Double[1, 10], Gen.Long[0, 1L << 30], Gen.Long[0, 1L << 30])
            .Sample(
                (bandwidth, factor, bytes, more) =>
                {
                    Link slow = new(new(7), bandwidth);
                    Assert.That(new Link(new(7), bandwidth * factor).TransferTime(bytes), Is.LessThanOrEqualTo(slow.TransferTime(bytes)));
                    Assert.That(slow.TransferTime(bytes + more), Is.GreaterThanOrEqualTo(slow.TransferTime(bytes)));
                }
            );

    [Test]
    public void What_cannot_be_is_refused()
    {
        Assert.That(() => new Link(new(-1), 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Link(default, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("never end"));
        Assert.That(() => new Link(default, double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Link(default, 1).TransferTime(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new Link(default, 1e-9).TransferTime(1L << 40),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("292")
        );
    }
}
