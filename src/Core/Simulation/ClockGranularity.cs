namespace ResearchKit.Simulation;

/// <summary>
/// The step of a simulated clock: durations are cut to whole steps, as in simulators that count microseconds or milliseconds. The default is 1 ns.
/// Times themselves stay nanoseconds.
/// </summary>
public readonly record struct ClockGranularity
{
    private readonly long _beyondOne; // so that default(ClockGranularity) is one nanosecond

    /// <summary>A clock with the given step.</summary>
    /// <param name="nanoseconds">The step: a divisor of one second, 1 to 1,000,000,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is none.</exception>
    public ClockGranularity(long nanoseconds)
    {
        if (nanoseconds < 1 || VirtualTime.NanosecondsPerSecond % nanoseconds != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(nanoseconds),
                nanoseconds,
                "The step of a clock divides one second: 1, 2, 4, 5, ... 1,000,000,000 ns."
            );
        }

        _beyondOne = nanoseconds - 1;
    }

    /// <summary>1 ns: nothing is cut.</summary>
    public static ClockGranularity Nanosecond => default;

    /// <summary>1 us.</summary>
    public static ClockGranularity Microsecond => new(1_000);

    /// <summary>1 ms.</summary>
    public static ClockGranularity Millisecond => new(1_000_000);

    /// <summary>The step in nanoseconds.</summary>
    public long Nanoseconds => _beyondOne + 1;

    /// <summary>A duration cut to whole steps, towards zero.</summary>
    public VirtualTime Truncate(VirtualTime duration) => new(duration.Nanoseconds - (duration.Nanoseconds % Nanoseconds));

    /// <summary>
    /// A duration in seconds cut to whole steps, towards zero, straight from the floating-point number: with 1 us, 3 * 0.06 * 5 s (0.8999999999999999) is
    /// 899,999 us, as a simulator that computes <c>(int)(seconds * 1e6)</c> has it; rounding to nanoseconds first would hide that.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="seconds"/> is not a number, or outside the range of 292 years.</exception>
    public VirtualTime FromSeconds(double seconds)
    {
        double steps = Math.Truncate(seconds * (VirtualTime.NanosecondsPerSecond / Nanoseconds));
        VirtualTime.Whole(steps * Nanoseconds, seconds, nameof(seconds));
        return new((long)steps * Nanoseconds);
    }
}
