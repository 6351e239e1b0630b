namespace ResearchKit.Learning;

/// <summary>What a training did.</summary>
/// <param name="Steps">The steps taken.</param>
/// <param name="LastEpochLoss">The mean loss over the rows of the last epoch, each taken before its step.</param>
/// <param name="ChosenEpoch">The epoch, from 0, whose state the model has.</param>
/// <param name="Validations">The evaluation after each epoch; empty without validation data.</param>
public sealed record TrainingResult(long Steps, double LastEpochLoss, int ChosenEpoch, IReadOnlyList<EvaluationResult> Validations);
