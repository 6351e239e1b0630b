namespace ResearchKit.Audit;

/// <summary>How <see cref="RejectOptionClassifier"/> searches; the defaults are AIF360's.</summary>
public sealed record RejectOptionOptions
{
    /// <summary>The smallest threshold. Default 0.01.</summary>
    public double LowestThreshold { get; init; } = 0.01;

    /// <summary>The largest threshold. Default 0.99.</summary>
    public double HighestThreshold { get; init; } = 0.99;

    /// <summary>The number of thresholds. Default 100.</summary>
    public int Thresholds { get; init; } = 100;

    /// <summary>The number of margins for each threshold. Default 50.</summary>
    public int Margins { get; init; } = 50;

    /// <summary>The measure that is kept in bounds. Default statistical parity.</summary>
    public RejectOptionMeasure Measure { get; init; } = RejectOptionMeasure.StatisticalParity;

    /// <summary>The lower bound. Default -0.05.</summary>
    public double LowerBound { get; init; } = -0.05;

    /// <summary>The upper bound. Default 0.05.</summary>
    public double UpperBound { get; init; } = 0.05;

    /// <summary>The number of the unprivileged group, which is favoured in the band. Default 1; the other is privileged.</summary>
    public int Unprivileged { get; init; } = 1;
}
