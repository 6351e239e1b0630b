namespace ResearchKit.Rag;

/// <summary>An epoch of a router's training.</summary>
/// <param name="Epoch">From 0.</param>
/// <param name="Loss">The mean loss of its batches.</param>
/// <param name="Accuracy">On validation pairs, at a threshold of one half.</param>
/// <param name="F1">On validation pairs; NaN where nothing is or should be positive.</param>
public readonly record struct EpochReport(int Epoch, double Loss, double Accuracy, double F1);
