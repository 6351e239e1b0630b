namespace ResearchKit.Federated;

/// <summary>
/// A way to combine clients' logits: a fixed rule (<see cref="IFixedAggregator"/>) or a small model trained by federated learning
/// (<see cref="ITrainableAggregator"/>). <see cref="Aggregators"/> lists those of the paper; a user's own implements one of the two.
/// </summary>
public interface IAggregator
{
    /// <summary>The name, for options and tables.</summary>
    string Name { get; }

    /// <summary>Whether it looks at the input itself, beside the logits.</summary>
    bool NeedsInputs => false;
}
