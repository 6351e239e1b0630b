using ResearchKit.Learning;

namespace ResearchKit.Federated;

/// <summary>How a client trains on its own data.</summary>
public sealed record LocalTraining
{
    /// <summary>The optimiser, new for each training: its memory is not kept from round to round.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>The learning rate; positions count from the start of each training.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant(0.01);

    /// <summary>The rows of a batch, at least 1 (default 16).</summary>
    public int BatchSize
    {
        get;
        init => field = AtLeastOne(value, nameof(BatchSize));
    } = 16;

    /// <summary>The epochs, at least 1. Not used where <see cref="Steps"/> is given.</summary>
    public int Epochs
    {
        get;
        init => field = AtLeastOne(value, nameof(Epochs));
    } = 1;

    /// <summary>The number of steps, at least 1; null (the default): as many as the epochs have.</summary>
    public int? Steps
    {
        get;
        init => field = value is { } steps ? AtLeastOne(steps, nameof(Steps)) : null;
    }

    /// <summary>
    /// Whether the batches of a round go on where those of the round before ended, as FLamby's loaders do. False (the default): each round shuffles anew.
    /// </summary>
    public bool ContinuesBatches { get; init; }

    /// <summary>The steps of one training on so many rows.</summary>
    /// <param name="rows">At least 1.</param>
    public int StepsFor(int rows) => Steps ?? Epochs * StepsPerEpoch(rows);

    internal int StepsPerEpoch(int rows) => (rows - 1) / BatchSize + 1;

    private static int AtLeastOne(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; allowed is at least 1.");
}
