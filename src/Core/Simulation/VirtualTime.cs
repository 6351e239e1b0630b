using System.Globalization;

namespace ResearchKit.Simulation;

/// <summary>
/// A point of virtual time, counted from the start of the run, or a length of it: whole nanoseconds in 64 bits, so that sums are exact and equal on every machine.
/// Seconds and <see cref="TimeSpan"/> (which counts 100 ns) exist at the border only. The range is 292 years; arithmetic that leaves it throws.
/// </summary>
/// <param name="Nanoseconds">The nanoseconds.</param>
public readonly record struct VirtualTime(long Nanoseconds) : IComparable<VirtualTime>
{
    /// <summary>Nanoseconds in a second.</summary>
    public const long NanosecondsPerSecond = 1_000_000_000;

    private const long NanosecondsPerTick = 1_000_000_000 / TimeSpan.TicksPerSecond;

    /// <summary>The start of a run, and the empty length.</summary>
    public static VirtualTime Zero => default;

    /// <summary>The last moment, about 292 years after the start.</summary>
    public static VirtualTime MaxValue => new(long.MaxValue);

    /// <summary>The time in seconds; beyond 104 days not exact to the nanosecond.</summary>
    public double Seconds => Nanoseconds / 1e9;

    /// <summary>The time in milliseconds.</summary>
    public double Milliseconds => Nanoseconds / 1e6;

    /// <summary>Seconds, rounded to the nearest nanosecond (a half to the even one). A simulated clock that truncates is <see cref="ClockGranularity.FromSeconds"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="seconds"/> is not a number, or outside the range of 292 years.</exception>
    public static VirtualTime FromSeconds(double seconds) => new(Whole(Math.Round(seconds * 1e9), seconds, nameof(seconds)));

    /// <summary>Milliseconds, rounded to the nearest nanosecond (a half to the even one).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="milliseconds"/> is not a number, or outside the range of 292 years.</exception>
    public static VirtualTime FromMilliseconds(double milliseconds) =>
        new(Whole(Math.Round(milliseconds * 1e6), milliseconds, nameof(milliseconds)));

    /// <summary>A <see cref="TimeSpan"/>, exactly.</summary>
    /// <exception cref="OverflowException">It is longer than 292 years.</exception>
    public static VirtualTime FromTimeSpan(TimeSpan time) => new(checked(time.Ticks * NanosecondsPerTick));

    /// <summary>The time as a <see cref="TimeSpan"/>, cut to 100 ns.</summary>
    public TimeSpan ToTimeSpan() => new(Nanoseconds / NanosecondsPerTick);

    /// <summary>The earlier of two.</summary>
    public static VirtualTime Min(VirtualTime a, VirtualTime b) => a <= b ? a : b;

    /// <summary>The later of two.</summary>
    public static VirtualTime Max(VirtualTime a, VirtualTime b) => a >= b ? a : b;

    /// <summary>The sum.</summary>
    /// <exception cref="OverflowException">It leaves the range.</exception>
    public static VirtualTime operator +(VirtualTime a, VirtualTime b) => new(checked(a.Nanoseconds + b.Nanoseconds));

    /// <summary>The difference.</summary>
    /// <exception cref="OverflowException">It leaves the range.</exception>
    public static VirtualTime operator -(VirtualTime a, VirtualTime b) => new(checked(a.Nanoseconds - b.Nanoseconds));

    /// <summary>A multiple.</summary>
    /// <exception cref="OverflowException">It leaves the range.</exception>
    public static VirtualTime operator *(VirtualTime a, long factor) => new(checked(a.Nanoseconds * factor));

    /// <summary>Whether <paramref name="a"/> is earlier.</summary>
    public static bool operator <(VirtualTime a, VirtualTime b) => a.Nanoseconds < b.Nanoseconds;

    /// <summary>Whether <paramref name="a"/> is later.</summary>
    public static bool operator >(VirtualTime a, VirtualTime b) => a.Nanoseconds > b.Nanoseconds;

    /// <summary>Whether <paramref name="a"/> is not later.</summary>
    public static bool operator <=(VirtualTime a, VirtualTime b) => a.Nanoseconds <= b.Nanoseconds;

    /// <summary>Whether <paramref name="a"/> is not earlier.</summary>
    public static bool operator >=(VirtualTime a, VirtualTime b) => a.Nanoseconds >= b.Nanoseconds;

    /// <inheritdoc/>
    public int CompareTo(VirtualTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>The time in seconds with nine decimals, for example <c>1.500000000 s</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(decimal)Nanoseconds / NanosecondsPerSecond:0.000000000} s");

    internal static long Whole(double value, double given, string parameter) =>
        // 2^63 is a double, long.MaxValue is none: the comparison is exact.
        value is >= -9223372036854775808.0 and < 9223372036854775808.0
            ? (long)value
            : throw new ArgumentOutOfRangeException(parameter, given, "A virtual time lies within 292 years of the start.");
}
