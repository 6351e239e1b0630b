namespace ResearchKit.Rag;

/// <summary>A trained router and how it came about.</summary>
/// <param name="Router">The router.</param>
/// <param name="ChosenEpoch">The epoch, from 0, whose state it has.</param>
/// <param name="Epochs">All epochs.</param>
/// <param name="Warning">What the validation pairs did not allow, or null.</param>
public sealed record RouterTraining(NeuralSourceRouter Router, int ChosenEpoch, IReadOnlyList<EpochReport> Epochs, string? Warning);
