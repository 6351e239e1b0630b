namespace ResearchKit.Audit;

/// <summary>How a <see cref="GroupTable"/> reports.</summary>
public sealed record GroupTableOptions
{
    /// <summary>The defaults.</summary>
    public static GroupTableOptions Default { get; } = new();

    /// <summary>What a share of no rows is. Default NaN.</summary>
    public UndefinedRatePolicy Undefined { get; init; } = UndefinedRatePolicy.NaN;

    /// <summary>Groups of fewer rows are flagged as small. Default 30.</summary>
    public int SmallBelow
    {
        get;
        init =>
            field =
                value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(SmallBelow), value, "A number of rows is not negative.");
    } = 30;

    /// <summary>The level of intervals, between 0 and 1. Default 0.95.</summary>
    public double Level
    {
        get;
        init =>
            field =
                value > 0 && value < 1
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(Level), value, "The level of an interval lies between 0 and 1.");
    } = 0.95;
}
