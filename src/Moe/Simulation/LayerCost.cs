namespace ResearchKit.Moe;

/// <summary>
/// The time of a whole MoE layer as a sum: something fixed, something for each expert, something for each row. Fitted to the published encoder-layer times of MoEShard's authors (4 GPUs of a type that is not
/// stated, d = 768, h = 3072, float32), by relative least squares.
/// </summary>
public sealed record LayerCost
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>Whatever the sizes.</summary>
    public double FixedSeconds { get; init; }

    /// <summary>For each expert.</summary>
    public double ExpertSeconds { get; init; }

    /// <summary>For each row: a token of a rank, or with padding a row that a rank sends.</summary>
    public double RowSeconds { get; init; }

    /// <summary>The largest relative error on the points of the fit.</summary>
    public double InSampleError { get; init; }

    /// <summary>The largest relative error on a point left out of the fit.</summary>
    public double LeaveOneOutError { get; init; }

    /// <summary>MoEShard with block-sparse products: 9 points, 8 to 256 experts, 1,200 to 54,000 tokens a rank.</summary>
    public static LayerCost ShardedFused { get; } =
        new()
        {
            Name = "moeshard, fused",
            FixedSeconds = 1.0897e-3,
            ExpertSeconds = 0.25584e-3,
            RowSeconds = 0.32429e-6,
            InSampleError = 0.035,
            LeaveOneOutError = 0.067,
        };

    /// <summary>MoEShard, one expert after the other: the same 9 configurations.</summary>
    public static LayerCost ShardedUnfused { get; } =
        new()
        {
            Name = "moeshard, unfused",
            FixedSeconds = -1.3522e-3,
            ExpertSeconds = 0.32890e-3,
            RowSeconds = 0.27834e-6,
            InSampleError = 0.079,
            LeaveOneOutError = 0.180,
        };

    /// <summary>DeepSpeed, by padded rows: 10 points, 60,000 to 2.7 million rows.</summary>
    public static LayerCost DeepSpeedPadded { get; } =
        new()
        {
            Name = "deepspeed, padded",
            FixedSeconds = 2.2636e-3,
            RowSeconds = 0.116644e-6,
            InSampleError = 0.044,
            LeaveOneOutError = 0.091,
        };

    /// <summary>The time of a layer.</summary>
    /// <param name="experts">Experts.</param>
    /// <param name="rows">Rows.</param>
    public double Seconds(int experts, long rows) => Math.Max(0, FixedSeconds + (ExpertSeconds * experts) + (RowSeconds * rows));
}
