namespace ResearchKit.Federated;

/// <summary>The aggregators of FENS (arXiv:2411.07182, Figure 8 and Table 9), each with its defaults.</summary>
public static class Aggregators
{
    /// <summary>All, from the simplest to the costliest; the two mixtures of experts look at an image beside the logits.</summary>
    public static IReadOnlyList<IAggregator> All { get; } =
    [
        new AverageAggregator(),
        new ProbabilityAverageAggregator(),
        new WeightedAverageAggregator(),
        new VotingAggregator(),
        new LinearAggregator(),
        new PerClassWeightsAggregator(),
        new MlpAggregator(),
        new MixtureOfExpertsAggregator(),
        new MixtureOfExpertsAggregator(perClass: true),
    ];

    /// <summary>The aggregator of a name.</summary>
    /// <param name="name">As in <see cref="IAggregator.Name"/>.</param>
    /// <param name="more">Further aggregators, for example a user's own; one of a known name comes first.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static IAggregator Named(string name, params IReadOnlyList<IAggregator> more)
    {
        ArgumentNullException.ThrowIfNull(more);
        IReadOnlyList<IAggregator> known = [.. more, .. All];
        return known.FirstOrDefault(aggregator => aggregator.Name == name)
            ?? throw new ArgumentException(
                $"There is no aggregator '{name}'; there are {string.Join(", ", known.Select(a => a.Name))}.",
                nameof(name)
            );
    }
}
