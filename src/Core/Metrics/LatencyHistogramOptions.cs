namespace ResearchKit.Metrics;

/// <summary>The range and resolution of a <see cref="LatencyHistogram"/>.</summary>
public sealed record LatencyHistogramOptions
{
    /// <summary>The defaults.</summary>
    public static LatencyHistogramOptions Default { get; } = new();

    /// <summary>The longest latency that can be recorded: 1 hour by default, at least 2 ns, at most a year.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public TimeSpan Longest
    {
        get;
        init =>
            field = value.Ticks is >= 1 and <= 365 * TimeSpan.TicksPerDay
                ? value
                : throw new ArgumentOutOfRangeException(nameof(Longest), value, "The longest latency is 100 ns to 365 days.");
    } = TimeSpan.FromHours(1);

    /// <summary>How many decimal digits of a latency are kept: 3 by default (quantiles within 0.1 %), 1 to 5. Memory grows tenfold with each.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int SignificantDigits
    {
        get;
        init =>
            field = value is >= 1 and <= 5
                ? value
                : throw new ArgumentOutOfRangeException(nameof(SignificantDigits), value, "Significant digits are 1 to 5.");
    } = 3;
}
