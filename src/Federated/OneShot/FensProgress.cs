namespace ResearchKit.Federated;

/// <summary>Where FENS is.</summary>
/// <param name="Phase">local training, ensemble, or aggregation.</param>
/// <param name="Done">Clients or rounds done.</param>
/// <param name="Of">Of how many.</param>
public readonly record struct FensProgress(string Phase, int Done, int Of);
