using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>One client's training in one round.</summary>
/// <param name="Parameters">The parameters to begin with; hold the result afterwards.</param>
/// <param name="Data">The rows to learn from; at least one.</param>
/// <param name="Random">Decides the order of batches, augmentation and dropout.</param>
public sealed record LocalTask(ParameterVector Parameters, ILabeledBatchSource Data, RandomStream Random)
{
    /// <summary>What is added to each gradient; null: nothing.</summary>
    public GradientPull? Pull { get; init; }

    /// <summary>How many batches of the same order have been used before.</summary>
    public long FirstStep { get; init; }
}
