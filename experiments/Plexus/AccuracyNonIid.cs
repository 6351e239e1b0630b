using ResearchKit.Experiments;
using ResearchKit.Federated.Decentralized;

namespace ResearchKit.Papers.Plexus;

/// <summary>Every node has rows of a few classes: labels from Dirichlet(0.1).</summary>
/// <param name="own">The user's own algorithms.</param>
[Experiment("plexus/accuracy-noniid", Paper = "arXiv:2302.13837", Shows = "Accuracy against time, traffic and training, label skew")]
public sealed class AccuracyNonIid(IReadOnlyList<IDecentralizedAlgorithm>? own = null) : AccuracyExperiment(own ?? [])
{
    private protected override double? Alpha => 0.1;
}
