namespace ResearchKit.Audit;

/// <summary>How many rows of each group have answer 1 after a manipulation, and how many answers it changes.</summary>
/// <param name="Positives0">q_0, of group 0.</param>
/// <param name="Positives1">q_1, of group 1.</param>
/// <param name="Flips">The changed answers.</param>
public sealed record FairTarget(int Positives0, int Positives1, int Flips);
