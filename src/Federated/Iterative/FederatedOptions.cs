namespace ResearchKit.Federated;

/// <summary>How clients train a model together in rounds.</summary>
public sealed record FederatedOptions
{
    /// <summary>The rounds, at least 1.</summary>
    public int Rounds
    {
        get;
        init => field = AtLeastOne(value, nameof(Rounds));
    } = 30;

    /// <summary>The algorithm (default FedAvg).</summary>
    public IFederatedOptimizer Optimizer { get; init; } = new FedAvg();

    /// <summary>What a client does in a round.</summary>
    public LocalTraining Local { get; init; } = new();

    /// <summary>How much each client counts.</summary>
    public ClientWeighting Weighting { get; init; } = ClientWeighting.SeenSamples;

    /// <summary>What happens to the buffers of the model.</summary>
    public BatchNormMode BatchNorm { get; init; } = BatchNormMode.Average;

    /// <summary>What is done to each update before it is sent, in order.</summary>
    public IReadOnlyList<IUpdateFilter> Filters { get; init; } = [];

    /// <summary>How many clients take part in a round, drawn anew each; null (the default): all.</summary>
    public int? ClientsPerRound
    {
        get;
        init => field = value is { } count ? AtLeastOne(count, nameof(ClientsPerRound)) : null;
    }

    /// <summary>With fewer answers than this a round is an error (default 1).</summary>
    public int MinClients
    {
        get;
        init => field = AtLeastOne(value, nameof(MinClients));
    } = 1;

    /// <summary>Whether a client (second) answers in a round (first, from 1); null (the default): always. For studies of failure.</summary>
    public Func<int, int, bool>? Answers { get; init; }

    /// <summary>The threads, at least 1 (default 1). Results do not depend on it.</summary>
    public int Threads
    {
        get;
        init => field = AtLeastOne(value, nameof(Threads));
    } = 1;

    /// <summary>After how many rounds each a checkpoint is written, if a folder for them is given (default 1).</summary>
    public int CheckpointEvery
    {
        get;
        init => field = AtLeastOne(value, nameof(CheckpointEvery));
    } = 1;

    private static int AtLeastOne(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; allowed is at least 1.");
}
