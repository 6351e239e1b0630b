namespace ResearchKit.Federated.Decentralized;

/// <summary>A round that was closed.</summary>
/// <param name="TimeS">When, in seconds.</param>
/// <param name="Aggregator">By whom; -1: by all nodes together.</param>
/// <param name="Round">Its number.</param>
/// <param name="Models">How many models were averaged.</param>
public readonly record struct ClosedRound(double TimeS, int Aggregator, int Round, int Models);
