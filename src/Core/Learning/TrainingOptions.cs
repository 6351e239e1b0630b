using ResearchKit.Data;
using TorchSharp;

namespace ResearchKit.Learning;

/// <summary>How a model is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>The optimiser; a new one, without memory, for each training.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>The learning rate.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant(0.01);

    /// <summary>The epochs, at least 1. Not used where <see cref="Steps"/> is given.</summary>
    public int Epochs
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Epochs), value, "At least 1.");
    } = 1;

    /// <summary>The number of steps, at least 1; null: as many as the epochs have.</summary>
    public long? Steps
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Steps), value, "At least 1, or null.");
    }

    /// <summary>The rows of a batch, at least 1.</summary>
    public int BatchSize
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(BatchSize), value, "At least 1.");
    } = 32;

    /// <summary>How batches are drawn.</summary>
    public BatchSampling Sampling { get; init; } = BatchSampling.ShuffledEpochs;

    /// <summary>Whether the smaller last batch of an epoch is left out (never the only one).</summary>
    public bool DropLast { get; init; }

    /// <summary>The loss of logits (n x classes) and labels (n, int64), a scalar; null: cross-entropy.</summary>
    public Func<torch.Tensor, torch.Tensor, torch.Tensor>? Loss { get; init; }

    /// <summary>The largest norm of the whole gradient, positive; a larger one is scaled down to it. Null: no limit.</summary>
    public double? ClipNorm
    {
        get;
        init => field = value is null or > 0 ? value : throw new ArgumentOutOfRangeException(nameof(ClipNorm), value, "Above 0, or null.");
    }

    /// <summary>The shape of one row as the model takes it, after the transforms, for example [1, 28, 28]; null: flat.</summary>
    public IReadOnlyList<long>? InputShape { get; init; }

    /// <summary>What is done to each image before it is learned from; null: nothing.</summary>
    public ImageTransforms? Transforms { get; init; }

    /// <summary>Changes the gradient of each step before clipping: what FedProx, SCAFFOLD and FedDyn do.</summary>
    public Action<GradientStep>? GradientHook { get; init; }

    /// <summary>Is told of each step after it.</summary>
    public Action<TrainingStep>? StepHook { get; init; }

    /// <summary>Which state the model ends with.</summary>
    public ModelChoice Choice { get; init; } = ModelChoice.Last;

    /// <summary>What the choice is made on: never the test data. Needed unless the last state is taken.</summary>
    public ILabeledBatchSource? Validation { get; init; }
}
