namespace ResearchKit.Rag;

/// <summary>How RAGRoute's router is trained; the defaults are those of the authors' code (arXiv:2502.19280) for MIRAGE.</summary>
public sealed record RouterTrainingOptions
{
    /// <summary>Epochs, at least 1. Default 150.</summary>
    public int Epochs
    {
        get;
        init => field = AtLeastOne(value, nameof(Epochs));
    } = 150;

    /// <summary>Pairs in a batch, at least 1. Default 128.</summary>
    public int BatchSize
    {
        get;
        init => field = AtLeastOne(value, nameof(BatchSize));
    } = 128;

    /// <summary>Units of the first hidden layer. Default 256.</summary>
    public int Hidden1
    {
        get;
        init => field = AtLeastOne(value, nameof(Hidden1));
    } = 256;

    /// <summary>Units of the second hidden layer. Default 128.</summary>
    public int Hidden2
    {
        get;
        init => field = AtLeastOne(value, nameof(Hidden2));
    } = 128;

    /// <summary>The share of hidden units that are left out in training, in [0, 1). Default 0.4.</summary>
    public double Dropout
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(Dropout), value, "In [0, 1).");
    } = 0.4;

    /// <summary>The base learning rate. Default 1e-3.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The peak of the first cycle. Default 5e-3.</summary>
    public double MaximumLearningRate { get; init; } = 5e-3;

    /// <summary>Batches from the base to the peak. Default 10.</summary>
    public int HalfCycle { get; init; } = 10;

    /// <summary>The epoch, from 0, from which the rate decays instead. Default 115.</summary>
    public int DecayFromEpoch { get; init; } = 115;

    /// <summary>The factor of the decay, taken every <see cref="DecayEvery"/> batches. Default 0.05.</summary>
    public double DecayFactor { get; init; } = 0.05;

    /// <summary>Batches from one decay to the next. Default 50.</summary>
    public int DecayEvery { get; init; } = 50;

    /// <summary>Adam's weight decay, added to the gradient. Default 1e-5.</summary>
    public double WeightDecay { get; init; } = 1e-5;

    /// <summary>The largest norm of a gradient. Default 1.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Whether features are scaled to mean 0 and deviation 1. Default yes (MIRAGE, Wikipedia); no for FeB4RAG.</summary>
    public bool Scale { get; init; } = true;

    /// <summary>
    /// The weight of positive pairs, in units of negative over positive pairs; null: 1, whatever the balance. Default null (MIRAGE); 1 for FeB4RAG, 5 for MMLU, where recall
    /// matters most.
    /// </summary>
    public double? PositiveWeight
    {
        get;
        init =>
            field = value is null or > 0
                ? value
                : throw new ArgumentOutOfRangeException(nameof(PositiveWeight), value, "Above 0, or null.");
    }

    /// <summary>By what the epoch is chosen. Default accuracy (MIRAGE, FeB4RAG); F1 for MMLU.</summary>
    public RouterSelection Selection { get; init; }

    /// <summary>How the threshold is chosen. Default Youden's (MIRAGE); fixed at one half for the others.</summary>
    public RouterThreshold Threshold { get; init; } = RouterThreshold.Youden;

    /// <summary>Whether probabilities are calibrated by a temperature fitted on the validation pairs. Default no, as the authors' router.</summary>
    public bool Calibrate { get; init; }

    private static int AtLeastOne(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is at least 1.");
}
