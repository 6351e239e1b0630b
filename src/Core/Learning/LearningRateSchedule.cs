using System.Runtime.CompilerServices;

namespace ResearchKit.Learning;

/// <summary>The learning rate as a function of the position in a training. Immutable; the rate of a step does not depend on the steps before.</summary>
public sealed class LearningRateSchedule
{
    private readonly Func<TrainingPosition, double> _rate;
    private readonly string _text;

    private LearningRateSchedule(Func<TrainingPosition, double> rate, FormattableString text)
    {
        _rate = rate;
        _text = FormattableString.Invariant(text);
    }

    /// <summary>The rate at a position.</summary>
    public double At(TrainingPosition position) => _rate(position);

    /// <summary>One rate for all steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive and finite.</exception>
    public static LearningRateSchedule Constant(double rate)
    {
        Positive(rate);
        return new(_ => rate, $"constant {rate}");
    }

    /// <summary>From <paramref name="rate"/> down to <paramref name="minimum"/> by half a cosine over <paramref name="period"/> epochs or batches; the minimum afterwards.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A rate is not positive and finite, the minimum is negative or above it, or the period is below 1.</exception>
    public static LearningRateSchedule Cosine(double rate, long period, double minimum = 0, SchedulePer per = SchedulePer.Epoch) =>
        WarmUpCosine(rate, 0, period, minimum, per);

    /// <summary>
    /// From <c>rate / warmUp</c> in equal steps up to <paramref name="rate"/> over the first <paramref name="warmUp"/> epochs or batches, then by half a cosine down
    /// to <paramref name="minimum"/> at <paramref name="period"/>, counted from the start.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">As <see cref="Cosine"/>; or the warm-up is negative, or not below the period.</exception>
    public static LearningRateSchedule WarmUpCosine(
        double rate,
        long warmUp,
        long period,
        double minimum = 0,
        SchedulePer per = SchedulePer.Epoch
    )
    {
        Positive(rate);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(warmUp);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(warmUp, period);
        if (!(minimum >= 0 && minimum <= rate))
        {
            throw new ArgumentOutOfRangeException(nameof(minimum), minimum, $"The minimum is from 0 to the rate, {rate}.");
        }
        return new(
            position =>
            {
                var index = Index(position, per);
                if (index < warmUp)
                {
                    return rate * (index + 1) / warmUp;
                }
                var done = Math.Min(1, (double)(index - warmUp) / (period - warmUp));
                return minimum + (rate - minimum) * (1 + Math.Cos(Math.PI * done)) / 2;
            },
            $"cosine {rate} to {minimum} over {period} per {per}, warm-up {warmUp}"
        );
    }

    /// <summary>Multiplies the rate by <paramref name="factor"/> every <paramref name="every"/> epochs or batches.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the factor is not positive and finite, or <paramref name="every"/> is below 1.</exception>
    public static LearningRateSchedule Step(double rate, double factor, long every, SchedulePer per = SchedulePer.Epoch)
    {
        Positive(rate);
        Positive(factor);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        return new(position => rate * Math.Pow(factor, Index(position, per) / every), $"{rate} x {factor} every {every} per {per}");
    }

    /// <summary>
    /// Cyclic "triangular2" per batch (Smith 2017): from <paramref name="rate"/> up to <paramref name="maximum"/> and back, each half cycle
    /// <paramref name="halfCycle"/> batches, the amplitude halved from cycle to cycle; from epoch <paramref name="decayFromEpoch"/> on the rate
    /// <paramref name="rate"/>, multiplied by <paramref name="factor"/> every <paramref name="every"/> batches. RAGRoute's router is trained so.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A rate or the factor is not positive and finite, the maximum is below the rate, or a count is below 1 (the epoch: below 0).</exception>
    public static LearningRateSchedule Triangular2ThenDecay(
        double rate,
        double maximum,
        int halfCycle,
        int decayFromEpoch,
        double factor,
        int every
    )
    {
        Positive(rate);
        Positive(maximum);
        Positive(factor);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, rate);
        ArgumentOutOfRangeException.ThrowIfLessThan(halfCycle, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(decayFromEpoch);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        return new(
            position =>
            {
                if (position.Epoch >= decayFromEpoch)
                {
                    var since = position.Step - (long)decayFromEpoch * position.StepsPerEpoch;
                    return rate * Math.Pow(factor, since / every);
                }
                var cycle = 1 + position.Step / (2L * halfCycle);
                var distance = Math.Abs((double)position.Step / halfCycle - 2 * cycle + 1);
                return rate + (maximum - rate) * Math.Max(0, 1 - distance) / Math.Pow(2, cycle - 1);
            },
            $"triangular2 {rate} to {maximum}, half cycle {halfCycle}; from epoch {decayFromEpoch} x {factor} every {every} batches"
        );
    }

    /// <summary>What it does, in words: for manifests and checks that two are the same.</summary>
    public override string ToString() => _text;

    private static long Index(TrainingPosition position, SchedulePer per) => per == SchedulePer.Epoch ? position.Epoch : position.Step;

    private static void Positive(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(name, value, "Allowed are positive finite numbers.");
        }
    }
}
