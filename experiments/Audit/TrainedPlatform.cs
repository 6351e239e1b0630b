using ResearchKit.Audit;

namespace ResearchKit.Papers.Audit;

/// <summary>A platform whose model is trained: its scores of the auditor's pool, and the fair model that it may swap in.</summary>
/// <param name="Pool">The pool with the platform's scores.</param>
/// <param name="Swap">Thresholds fitted to the training rows and labels; null where there is no training.</param>
internal sealed record TrainedPlatform(ScoredPool Pool, FittedThresholds? Swap);
