namespace ResearchKit.Federated;

/// <summary>A rule, and how it was found.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="History">The mean training loss in each round; empty for a fixed rule.</param>
/// <param name="Failures">How many clients failed in each round; empty for a fixed rule.</param>
public sealed record AggregatorFit(IEnsembleRule Rule, IReadOnlyList<double> History, IReadOnlyList<int> Failures);
