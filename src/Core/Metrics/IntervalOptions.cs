namespace ResearchKit.Metrics;

/// <summary>How <see cref="Intervals"/> makes an interval.</summary>
public sealed record IntervalOptions
{
    /// <summary>The defaults: 95 %, BCa from 20 seeds on with 9,999 resamples.</summary>
    public static IntervalOptions Default { get; } = new();

    /// <summary>The level, between 0 and 1 exclusive. Default 0.95.</summary>
    public double Level
    {
        get;
        init =>
            field =
                value > 0 && value < 1
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(Level), value, "The level of an interval lies between 0 and 1.");
    } = 0.95;

    /// <summary>
    /// Work on logarithms, for ratios and for positive skewed quantities: the value is then the geometric mean. All values must be positive. Default false;
    /// <see cref="Intervals.PairedRatio"/> always does.
    /// </summary>
    public bool LogScale { get; init; }

    /// <summary>The number of bootstrap resamples, at least 99. Default 9,999.</summary>
    public int Resamples
    {
        get;
        init =>
            field =
                value >= 99
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(Resamples), value, "A bootstrap takes at least 99 resamples.");
    } = 9_999;

    /// <summary>
    /// The number of seeds from which the bootstrap replaces Student's t, at least 10. Default 20: with fewer seeds a bootstrap covers far less than it says.
    /// </summary>
    public int BootstrapFrom
    {
        get;
        init =>
            field =
                value >= 10
                    ? value
                    : throw new ArgumentOutOfRangeException(
                        nameof(BootstrapFrom),
                        value,
                        "A bootstrap over fewer than 10 seeds is not an interval of its level; use Student's t."
                    );
    } = 20;

    /// <summary>The rows of a seed are in order of time, so that the two-level bootstrap takes blocks of ceil(n^(1/3)) rows. Default true; false takes single rows.</summary>
    public bool TimeOrdered { get; init; } = true;
}
