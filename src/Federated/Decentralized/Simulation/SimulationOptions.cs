using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>The world a decentralised algorithm is simulated in.</summary>
public sealed record SimulationOptions
{
    /// <summary>The nodes' devices; as many nodes as devices.</summary>
    public required IReadOnlyList<Device> Devices { get; init; }

    /// <summary>All randomness comes from it.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How long the run lasts in virtual time; positive.</summary>
    public VirtualTime Duration
    {
        get;
        init =>
            field =
                value > VirtualTime.Zero
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(Duration), value, "The duration is positive.");
    } = VirtualTime.FromSeconds(600);

    /// <summary>After how many rounds the run ends early, each counted once however many aggregators close it; null: only after its duration.</summary>
    public int? MaxRounds
    {
        get;
        init =>
            field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxRounds), value, "At least 1, or null.");
    }

    /// <summary>Delays of control messages; null: none.</summary>
    public LatencyMatrix? Latency { get; init; }

    /// <summary>Whether model transfers have the delay as well; the published simulator gives them bandwidth alone.</summary>
    public bool AddLatencyToTransfers { get; init; }

    /// <summary>How transfers share bandwidth.</summary>
    public BandwidthSharing Sharing { get; init; } = BandwidthSharing.GreedyFifo;

    /// <summary>Who is there when.</summary>
    public IAvailability Availability { get; init; } = AlwaysOn.Instance;

    /// <summary>What is learned; null: nothing, only the protocol runs.</summary>
    public ILearningTask? Task { get; init; }

    /// <summary>How long training takes.</summary>
    public ComputeModel Compute { get; init; } = ComputeModel.PerBatch;

    /// <summary>E: local steps in a round; at least 1.</summary>
    public int LocalSteps
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(LocalSteps), value, "At least 1.");
    } = 5;

    /// <summary>B, for <see cref="ComputeModel.PerSample"/> and for counting samples; at least 1.</summary>
    public int BatchSize
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(BatchSize), value, "At least 1.");
    } = 20;

    /// <summary>The bytes of messages.</summary>
    public MessageSizes Sizes { get; init; } = new();

    /// <summary>Threads that train; at least 1. Results do not depend on it.</summary>
    public int Workers
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Workers), value, "At least 1.");
    } = 1;

    /// <summary>Whether an algorithm with one global model has it tested, and after how many rounds; 0: never.</summary>
    public int EvaluateEveryRounds
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(EvaluateEveryRounds), value, "Not negative.");
    } = 10;

    /// <summary>How often an algorithm without a global model has the models of some nodes tested; positive.</summary>
    public VirtualTime EvaluateEvery
    {
        get;
        init =>
            field =
                value > VirtualTime.Zero
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(EvaluateEvery), value, "The time is positive.");
    } = VirtualTime.FromSeconds(7200);

    /// <summary>Which share of the nodes is tested then; above 0, at most 1.</summary>
    public double EvaluatedShare
    {
        get;
        init =>
            field = value is > 0 and <= 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(EvaluatedShare), value, "Above 0, at most 1.");
    } = 0.2;

    /// <summary>The step of the clock.</summary>
    public ClockGranularity Granularity { get; init; } = ClockGranularity.Nanosecond;

    /// <summary>Whether carried bytes are counted whole and completed transfers told first, as the event simulator of decentralised learning does.</summary>
    public bool CountsWholeBytes { get; init; }

    /// <summary>Whether every event, sample and transfer is kept in the result. Takes memory.</summary>
    public bool KeepsRecord { get; init; }

    /// <summary>Where the log of all events goes; null: only its hash is kept.</summary>
    public EventLog? Log { get; init; }

    /// <summary>How often it is checked whether anybody still works towards a round; null: never. A run in which nobody does ends with <see cref="RunStatus.LivenessLost"/>.</summary>
    public VirtualTime? LivenessCheck { get; init; } = VirtualTime.FromSeconds(600);
}
