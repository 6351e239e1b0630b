namespace ResearchKit.Metrics;

/// <summary>A kind of message in a phase of a run, as a <see cref="TrafficLedger"/> registered it.</summary>
/// <param name="Index">Its place in the ledger.</param>
public readonly record struct TrafficKind(int Index);
