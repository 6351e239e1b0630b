namespace ResearchKit.Audit;

/// <summary>How the networks are trained; the defaults are those of the paper's LeNet.</summary>
public sealed record TorchModelOptions
{
    /// <summary>Adam's learning rate. Default 0.001.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Rows in a step. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Passes over the data. Default 2.</summary>
    public int Epochs { get; init; } = 2;

    /// <summary>Steps between validations; the weights with the best accuracy are kept. Default 500.</summary>
    public int ValidateEvery
    {
        get;
        init =>
            field =
                value >= 1
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(ValidateEvery), value, "A validation comes after at least one step.");
    } = 500;

    /// <summary>The share of the training rows that validates, in (0, 1). Default 0.1.</summary>
    public double ValidationShare
    {
        get;
        init =>
            field =
                value > 0 && value < 1
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(ValidationShare), value, "The share lies between 0 and 1.");
    } = 0.1;
}
