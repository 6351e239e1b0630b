namespace ResearchKit.Learning;

/// <summary>What a step of training did.</summary>
/// <param name="Position">Which step.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="Loss">The mean loss of its batch before the step.</param>
/// <param name="Count">The rows of its batch.</param>
public readonly record struct TrainingStep(TrainingPosition Position, double LearningRate, double Loss, int Count);
