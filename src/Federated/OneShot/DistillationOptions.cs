using ResearchKit.Data;
using ResearchKit.Learning;

namespace ResearchKit.Federated;

/// <summary>How a student learns from a teacher's logits on rows without labels.</summary>
public sealed record DistillationOptions
{
    /// <summary>What is made small.</summary>
    public DistillationLoss Loss { get; init; }

    /// <summary>T of the Kullback-Leibler divergence, positive (default 4). The gradient is multiplied by T^2, so that T does not change its size.</summary>
    public double Temperature
    {
        get;
        init => field = WeightedUpdates.Positive(value, nameof(Temperature));
    } = 4;

    /// <summary>The optimiser (default Adam).</summary>
    public OptimizerOptions Optimizer { get; init; } = new() { Kind = OptimizerKind.Adam };

    /// <summary>The learning rate (default 0.001).</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant(0.001);

    /// <summary>The rows of a batch (default 128).</summary>
    public int BatchSize
    {
        get;
        init => field = AtLeastOne(value, nameof(BatchSize));
    } = 128;

    /// <summary>The steps, at least 1 (default 2,000).</summary>
    public int Steps
    {
        get;
        init => field = AtLeastOne(value, nameof(Steps));
    } = 2000;

    /// <summary>Rows on which the best state is chosen; null (the default): the last state is taken. Never test rows.</summary>
    public LabeledData? Validation { get; init; }

    /// <summary>After how many steps each the student is evaluated on validation rows (default 100).</summary>
    public int ValidateEvery
    {
        get;
        init => field = AtLeastOne(value, nameof(ValidateEvery));
    } = 100;

    /// <summary>Stop after so many steps without a better validation accuracy; null: never.</summary>
    public int? Patience
    {
        get;
        init => field = value is { } steps ? AtLeastOne(steps, nameof(Patience)) : null;
    }

    private static int AtLeastOne(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; allowed is at least 1.");
}
