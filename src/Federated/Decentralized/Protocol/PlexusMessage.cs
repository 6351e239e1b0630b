namespace ResearchKit.Federated.Decentralized;

/// <summary>A message of the protocol (arXiv:2302.13837, section 3).</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Round">The sender's estimate of the round; of an acknowledgement the round that was averaged; of a model the sample index.</param>
/// <param name="Index">The number of the sender's last announcement.</param>
/// <param name="Identifier">Which ping; the pong has the same.</param>
/// <param name="Flag">Of an announcement: it leaves. Of an acknowledgement: the model was averaged.</param>
/// <param name="Model">The model, if it is one of the two model messages.</param>
/// <param name="View">The sender's view, beside a model: a snapshot.</param>
/// <param name="Weight">The rows a trained model was trained on.</param>
public readonly record struct PlexusMessage(
    PlexusMessageKind Kind,
    int Round,
    int Index = 0,
    int Identifier = 0,
    bool Flag = false,
    object? Model = null,
    PopulationView? View = null,
    double Weight = 1
);
