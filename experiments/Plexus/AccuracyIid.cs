using ResearchKit.Experiments;
using ResearchKit.Federated.Decentralized;

namespace ResearchKit.Papers.Plexus;

/// <summary>All nodes have rows of all classes.</summary>
/// <param name="own">The user's own algorithms.</param>
[Experiment(
    "plexus/accuracy-iid",
    Paper = "arXiv:2302.13837",
    Shows = "Accuracy against time, traffic and training, rows alike on all nodes"
)]
public sealed class AccuracyIid(IReadOnlyList<IDecentralizedAlgorithm>? own = null) : AccuracyExperiment(own ?? [])
{
    private protected override double? Alpha => null;
}
