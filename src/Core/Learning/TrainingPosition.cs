namespace ResearchKit.Learning;

/// <summary>Where a training is.</summary>
/// <param name="Step">The batch, counted from 0 over all epochs.</param>
/// <param name="Epoch">The epoch, counted from 0.</param>
/// <param name="StepsPerEpoch">The batches of an epoch.</param>
public readonly record struct TrainingPosition(long Step, int Epoch, int StepsPerEpoch);
