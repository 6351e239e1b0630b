using ResearchKit.Goldens;
using ResearchKit.Learning;

namespace ResearchKit.Core.Tests.Learning;

public class LearningRateScheduleTests
{
    private static double At(LearningRateSchedule schedule, long step, int perEpoch = 10) =>
        schedule.At(new(step, (int)(step / perEpoch), perEpoch));

    [Test]
    public void A_cosine_goes_from_the_rate_to_the_minimum_and_stays()
    {
        var schedule = LearningRateSchedule.Cosine(0.0025, 4, 0.001);
        Assert.That(At(schedule, 0), Is.EqualTo(0.0025));
        Assert.That(At(schedule, 9), Is.EqualTo(0.0025), "per epoch");
        Assert.That(At(schedule, 20), Is.EqualTo(0.00175).Within(1e-12));
        Assert.That(At(schedule, 10), Is.EqualTo(0.001 + 0.0015 * (1 + Math.Sqrt(0.5)) / 2).Within(1e-12));
        Assert.That(At(schedule, 40), Is.EqualTo(0.001).Within(1e-15));
        Assert.That(At(schedule, 400), Is.EqualTo(0.001).Within(1e-15));
        Assert.That(At(LearningRateSchedule.Cosine(1, 20, per: SchedulePer.Batch), 10), Is.EqualTo(0.5).Within(1e-12));
    }

    [Test]
    public void A_warm_up_rises_in_equal_steps()
    {
        var schedule = LearningRateSchedule.WarmUpCosine(1, 4, 14, per: SchedulePer.Batch);
        Assert.That(Enumerable.Range(0, 5).Select(i => At(schedule, i)), Is.EqualTo([0.25, 0.5, 0.75, 1, 1]).Within(1e-12));
        Assert.That(At(schedule, 9), Is.EqualTo(0.5).Within(1e-12));
    }

    [Test]
    public void Steps_multiply()
    {
        var schedule = LearningRateSchedule.Step(1, 0.5, 2);
        Assert.That(Enumerable.Range(0, 5).Select(epoch => At(schedule, 10 * epoch)), Is.EqualTo([1, 1, 0.5, 0.5, 0.25]));
        Assert.That(At(LearningRateSchedule.Constant(0.1), 12345), Is.EqualTo(0.1));
    }

    // By hand from the formula: cycles of 20 batches, amplitudes 4e-3, 2e-3, 1e-3.
    [Test]
    public void Triangular2_halves_and_then_decays()
    {
        var schedule = LearningRateSchedule.Triangular2ThenDecay(1e-3, 5e-3, 10, 6, 0.05, 50);
        double[] expected = [1e-3, 3e-3, 5e-3, 3e-3, 1e-3, 2e-3, 3e-3, 2e-3, 1e-3, 1.5e-3, 2e-3, 1.5e-3];
        Assert.That(Enumerable.Range(0, 12).Select(i => At(schedule, 5 * i)), Is.EqualTo(expected).Within(1e-12));
        Assert.That(
            new[] { 60L, 109, 110, 159, 160 }.Select(i => At(schedule, i)),
            Is.EqualTo([1e-3, 1e-3, 5e-5, 5e-5, 2.5e-6]).Within(1e-15)
        );
    }

    [Test]
    public void Triangular2_is_that_of_the_router()
    {
        using var golden = GoldenFiles.Json("rag", "router.json");
        var rates = golden
            .RootElement.GetProperty("lr_schedule")
            .GetProperty("lr_used_at_step")
            .EnumerateArray()
            .Select(r => r.GetDouble())
            .ToList();
        var schedule = LearningRateSchedule.Triangular2ThenDecay(1e-3, 5e-3, 10, 120, 0.05, 50);
        Assert.That(rates.Select((_, step) => At(schedule, step, 1)), Is.EqualTo(rates).Within(1e-12));
    }

    [Test]
    public void Wrong_numbers_are_refused()
    {
        Assert.That(() => LearningRateSchedule.Constant(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => LearningRateSchedule.Cosine(1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => LearningRateSchedule.Cosine(1, 5, 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => LearningRateSchedule.WarmUpCosine(1, 5, 5), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => LearningRateSchedule.Step(1, double.NaN, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => LearningRateSchedule.Triangular2ThenDecay(2, 1, 1, 0, 1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
