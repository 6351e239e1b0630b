namespace ResearchKit.Federated;

/// <summary>What a client's training did.</summary>
/// <param name="Steps">The steps taken.</param>
/// <param name="StepLength">The sum of their learning rates.</param>
/// <param name="Loss">The mean loss over the rows seen, each taken before its step.</param>
public readonly record struct LocalResult(int Steps, double StepLength, double Loss);
