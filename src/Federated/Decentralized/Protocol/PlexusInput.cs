namespace ResearchKit.Federated.Decentralized;

/// <summary>What a node is told.</summary>
public enum PlexusInputKind
{
    /// <summary>A message has arrived from <see cref="PlexusInput.Peer"/>.</summary>
    Message,

    /// <summary>A timer is due: <see cref="PlexusInput.Timer"/>.</summary>
    Timer,

    /// <summary>The training that was asked for is done: <see cref="PlexusInput.Message"/> has round, model and weight.</summary>
    Trained,

    /// <summary>The sending of a model has ended, whole or not: <see cref="PlexusInput.Message"/> is what was sent, its flag says whether it arrived.</summary>
    Sent,

    /// <summary>The node comes online, and announces it.</summary>
    Online,

    /// <summary>The node leaves, and says so; <see cref="PlexusInput.Incoming"/> are those whose models are on their way to it.</summary>
    Leaving,

    /// <summary>The node is gone without a word.</summary>
    Crashed,
}

/// <summary>Which timer.</summary>
public enum PlexusTimerKind
{
    /// <summary>Pings of a search for live nodes are due.</summary>
    Search,

    /// <summary>An aggregator's time is up.</summary>
    Aggregation,

    /// <summary>A participant has waited long for its acknowledgement.</summary>
    Acknowledgement,

    /// <summary>A search that found nobody is tried again.</summary>
    Retry,
}

/// <summary>A timer of a node. Timers are never cancelled: one that nobody waits for any more does nothing.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Id">The search, the sample index or the round.</param>
/// <param name="Attempt">Tells one waiting from the next.</param>
public readonly record struct PlexusTimer(PlexusTimerKind Kind, int Id, int Attempt = 0);

/// <summary>An input of the state machine.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Peer">From whom, or to whom it was sent.</param>
/// <param name="Message">The message.</param>
/// <param name="Timer">The timer.</param>
/// <param name="Incoming">Who is just sending a trained model to the node, for which sample index.</param>
public readonly record struct PlexusInput(
    PlexusInputKind Kind,
    int Peer = -1,
    PlexusMessage Message = default,
    PlexusTimer Timer = default,
    IReadOnlyList<(int Peer, int Index)>? Incoming = null
)
{
    /// <summary>A message that arrived.</summary>
    public static PlexusInput Of(int peer, in PlexusMessage message) => new(PlexusInputKind.Message, peer, message);

    /// <summary>A timer that is due.</summary>
    public static PlexusInput Of(PlexusTimer timer) => new(PlexusInputKind.Timer, Timer: timer);

    /// <summary>A training that is done.</summary>
    /// <param name="round">The round.</param>
    /// <param name="model">What came out.</param>
    /// <param name="weight">The rows it was trained on.</param>
    public static PlexusInput Trained(int round, object? model, double weight = 1) =>
        new(PlexusInputKind.Trained, Message: new(PlexusMessageKind.TrainedModel, round, Model: model, Weight: weight));

    /// <summary>The end of the sending of a model.</summary>
    /// <param name="peer">To whom.</param>
    /// <param name="sent">What was sent.</param>
    /// <param name="arrived">Whether it arrived.</param>
    public static PlexusInput Sent(int peer, in PlexusMessage sent, bool arrived) =>
        new(PlexusInputKind.Sent, peer, sent with { Flag = arrived, Model = null, View = null });
}
