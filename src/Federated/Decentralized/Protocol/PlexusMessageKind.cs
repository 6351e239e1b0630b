namespace ResearchKit.Federated.Decentralized;

/// <summary>What a message of the protocol is; the first four numbers are those of the published code.</summary>
public enum PlexusMessageKind
{
    /// <summary>Somebody joins or leaves.</summary>
    Advertisement = 10,

    /// <summary>Are you there?</summary>
    Ping = 11,

    /// <summary>I am.</summary>
    Pong = 12,

    /// <summary>Your model was averaged, or will not be.</summary>
    Acknowledgement = 13,

    /// <summary>A participant's model, to the aggregator.</summary>
    TrainedModel = 14,

    /// <summary>The average, to the next sample.</summary>
    AggregatedModel = 15,
}
