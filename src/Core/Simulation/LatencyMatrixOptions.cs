namespace ResearchKit.Simulation;

/// <summary>How <see cref="LatencyMatrix"/> takes measured delays.</summary>
public sealed record LatencyMatrixOptions
{
    /// <summary>The defaults.</summary>
    public static LatencyMatrixOptions Default { get; } = new();

    /// <summary>The step to which delays are cut: 1 ms by default, as in the published Plexus simulations.</summary>
    public ClockGranularity Granularity { get; init; } = ClockGranularity.Millisecond;

    /// <summary>Whether a negative delay, dirt of a measurement, counts as 0 instead of being an error. True by default; <see cref="LatencyMatrix.Clamped"/> counts them.</summary>
    public bool ClampNegative { get; init; } = true;
}
