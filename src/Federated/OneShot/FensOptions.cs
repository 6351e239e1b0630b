using ResearchKit.Learning;

namespace ResearchKit.Federated;

/// <summary>The options of FENS; the defaults are those of the paper's code for images (arXiv:2411.07182, section 3).</summary>
public sealed record FensOptions
{
    /// <summary>The share of each client's rows that is its proxy, from 0 to below 1 (default 0.1).</summary>
    public double ProxyFraction
    {
        get;
        init =>
            field = value is >= 0 and < 1
                ? value
                : throw new ArgumentOutOfRangeException(
                    nameof(ProxyFraction),
                    value,
                    $"The share is {value}; allowed is from 0 to below 1."
                );
    } = 0.1;

    /// <summary>Whether each class gives its share to the proxy. False by default; true in the experiments on FLamby's data.</summary>
    public bool PerClassProxy { get; init; }

    /// <summary>Whether the aggregator is also trained on the training rows. False by default.</summary>
    public bool IncludeTrainingRows { get; init; }

    /// <summary>How clients train: SGD, batch 16, learning rate 0.0025 with a cosine to 0.001 over the epochs; the script's 2 epochs are an example.</summary>
    public LocalTraining Local { get; init; } =
        new()
        {
            BatchSize = 16,
            Epochs = 2,
            Schedule = LearningRateSchedule.Cosine(0.0025, 2, 0.001),
        };

    /// <summary>Which state a client uploads.</summary>
    public LocalSelection Selection { get; init; }

    /// <summary>The share of the training rows kept aside for <see cref="LocalSelection.BestOnValidation"/>, above 0 and below 1 (default 0.1).</summary>
    public double ValidationShare
    {
        get;
        init =>
            field = value is > 0 and < 1
                ? value
                : throw new ArgumentOutOfRangeException(
                    nameof(ValidationShare),
                    value,
                    $"The share is {value}; allowed is above 0 and below 1."
                );
    } = 0.1;

    /// <summary>How models are made smaller for the download.</summary>
    public Quantization Quantization { get; init; }

    /// <summary>How logits are combined (default the network with d = 2).</summary>
    public IAggregator Aggregator { get; init; } = new MlpAggregator();

    /// <summary>How the aggregator is trained.</summary>
    public AggregatorTraining Training { get; init; } = new();

    /// <summary>What happens to a client whose logits are not finite.</summary>
    public NonFinitePolicy OnNonFinite { get; init; }

    /// <summary>Whether all clients begin with the same parameters. False by default, as in the paper's code.</summary>
    public bool SameInitialization { get; init; }

    /// <summary>The threads, at least 1 (default 1). Results do not depend on it.</summary>
    public int Threads
    {
        get;
        init =>
            field =
                value >= 1
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(Threads), value, $"{value} threads; allowed is at least 1.");
    } = 1;
}
