namespace ResearchKit.Federated.Decentralized;

/// <summary>What a node asks of its driver.</summary>
public enum PlexusOutputKind
{
    /// <summary>Send a message without a model to <see cref="PlexusOutput.Peer"/>; nobody waits for its arrival.</summary>
    Send,

    /// <summary>Send a model to <see cref="PlexusOutput.Peer"/>, and tell when this has ended.</summary>
    SendModel,

    /// <summary>Train the message's model in its round, and tell when it is done.</summary>
    Train,

    /// <summary>What is being trained is no longer wanted.</summary>
    CancelTraining,

    /// <summary>Trained models under way from this node go on, but are not delivered: only with <see cref="Compatibility.Official"/>.</summary>
    AbandonSendings,

    /// <summary>Tell when <see cref="PlexusOutput.Delay"/> is over.</summary>
    SetTimer,

    /// <summary>For the record: something of <see cref="PlexusOutput.Event"/> happened in the message's round.</summary>
    Event,

    /// <summary>For the record: a round was closed; the message has its number and the average, its index the number of models.</summary>
    RoundClosed,

    /// <summary>For the record: live nodes were found for the sample index of the message. Valid until the next input.</summary>
    SampleFound,
}

/// <summary>What can happen in a round.</summary>
public enum PlexusEvent
{
    /// <summary>Not an event.</summary>
    None,

    /// <summary>A training began.</summary>
    StartTraining,

    /// <summary>A training ended.</summary>
    DoneTraining,

    /// <summary>A node was told to train in a later round; its earlier round is logged, even if it had long been done.</summary>
    InterruptTraining,

    /// <summary>A trained model came over the network.</summary>
    ReceivedTrainedModel,

    /// <summary>An average came over the network.</summary>
    ReceivedAggregatedModel,

    /// <summary>The first model of a round came to an aggregator.</summary>
    StartAggregation,

    /// <summary>All acknowledgements of a round were sent.</summary>
    DoneAggregation,

    /// <summary>An aggregator's time was up, and it closed with what it had.</summary>
    AggregationTimedOut,

    /// <summary>An aggregator's time was up, and it had too few models.</summary>
    AggregationGivenUp,

    /// <summary>A model came after its round was closed.</summary>
    LateModel,

    /// <summary>A model was not sound, and was dropped.</summary>
    RejectedModel,

    /// <summary>The aggregator is gone; another one is looked for.</summary>
    AggregatorLost,

    /// <summary>No live aggregator was found in time; the participant gives the round up.</summary>
    RoundGivenUp,
}

/// <summary>An output of the state machine.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Peer">To whom.</param>
/// <param name="Message">What.</param>
/// <param name="Event">What happened.</param>
/// <param name="Timer">Which timer.</param>
/// <param name="Delay">After how long, in virtual time.</param>
/// <param name="Since">When the search began.</param>
/// <param name="Nodes">Who was found, in the order of answer.</param>
public readonly record struct PlexusOutput(
    PlexusOutputKind Kind,
    int Peer = -1,
    PlexusMessage Message = default,
    PlexusEvent Event = PlexusEvent.None,
    PlexusTimer Timer = default,
    Simulation.VirtualTime Delay = default,
    Simulation.VirtualTime Since = default,
    IReadOnlyList<int>? Nodes = null
);
