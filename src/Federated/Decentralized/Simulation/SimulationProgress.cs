namespace ResearchKit.Federated.Decentralized;

/// <summary>Where a run is.</summary>
/// <param name="TimeS">The virtual time, in seconds.</param>
/// <param name="DurationS">When it ends at the latest.</param>
/// <param name="Events">The events handled.</param>
/// <param name="Rounds">The rounds closed.</param>
public readonly record struct SimulationProgress(double TimeS, double DurationS, long Events, int Rounds);
