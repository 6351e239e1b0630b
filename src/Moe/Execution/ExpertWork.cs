namespace ResearchKit.Moe;

/// <summary>One expert that a rank computes.</summary>
/// <param name="Expert">The expert.</param>
/// <param name="Slot">The slot it is computed in.</param>
/// <param name="IsFetched">Whether its weights have to be loaded into the slot first.</param>
public readonly record struct ExpertWork(int Expert, int Slot, bool IsFetched);
