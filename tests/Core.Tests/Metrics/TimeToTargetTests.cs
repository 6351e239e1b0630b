using ResearchKit.Metrics;

namespace ResearchKit.Core.Tests.Metrics;

public class TimeToTargetTests
{
    private static readonly double[] Times = [0, 10, 20, 30, 40];
    private static readonly double[] Accuracy = [0.1, 0.3, double.NaN, 0.6, 0.5];

    [TestCase(0.1, 0.0)]
    [TestCase(0.3, 10.0)]
    [TestCase(0.31, 30.0)]
    [TestCase(0.6, 30.0)]
    [TestCase(0.61, null)]
    public void The_first_logged_point_at_or_beyond_the_target(double target, double? expected) =>
        Assert.That(TimeToTarget.First(Times, Accuracy, target), Is.EqualTo(expected));

    [TestCase(0.05, 0.0)] // the curve begins beyond the target: nothing to interpolate from
    [TestCase(0.2, 5.0)]
    [TestCase(0.45, 20.0)] // over the point without a value, from 10 to 30
    [TestCase(0.6, 30.0)]
    [TestCase(0.61, null)]
    public void The_crossing_when_asked_for(double target, double? expected) =>
        Assert.That(TimeToTarget.First(Times, Accuracy, target, interpolate: true), Is.EqualTo(expected).Within(1e-12));

    [Test]
    public void A_loss_falls_to_its_target()
    {
        double[] loss = [2, 1.5, 1, 0.5, 0.7];
        Assert.That(TimeToTarget.First(Times, loss, 1.2, falling: true), Is.EqualTo(20));
        Assert.That(TimeToTarget.First(Times, loss, 1.2, interpolate: true, falling: true), Is.EqualTo(16).Within(1e-12));
        Assert.That(TimeToTarget.First(Times, loss, 0.4, falling: true), Is.Null);
        Assert.That(TimeToTarget.First([], [], 1), Is.Null);
    }

    [Test]
    public void Wrong_input_is_refused()
    {
        Assert.That(() => TimeToTarget.First([1], [], 1), Throws.ArgumentException);
        Assert.That(() => TimeToTarget.First([1, 0], [1, 1], 1), Throws.ArgumentException.With.Message.Contains("index 1"));
        Assert.That(() => TimeToTarget.First([1], [1], double.NaN), Throws.ArgumentException);
    }
}
