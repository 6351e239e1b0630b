using ResearchKit.Learning;

namespace ResearchKit.Federated;

/// <summary>
/// How clients train the aggregator together: FedAdam of one local step a round. The defaults are those of the scripts of FENS for images (arXiv:2411.07182, section 3).
/// </summary>
public sealed record AggregatorTraining
{
    /// <summary>R, the rounds, at least 1 (default 500).</summary>
    public int Rounds
    {
        get;
        init => field = AtLeastOne(value, nameof(Rounds));
    } = 500;

    /// <summary>The clients' learning rate (default 1).</summary>
    public double ClientRate
    {
        get;
        init => field = WeightedUpdates.Positive(value, nameof(ClientRate));
    } = 1;

    /// <summary>The server's algorithm (default FedAdam at 0.001, 0.9, 0.99, epsilon 0.001).</summary>
    public IFederatedOptimizer Optimizer { get; init; } = new FedAdam();

    /// <summary>The rows of a batch (default 128).</summary>
    public int BatchSize
    {
        get;
        init => field = AtLeastOne(value, nameof(BatchSize));
    } = 128;

    /// <summary>Local steps a round (default 1).</summary>
    public int LocalSteps
    {
        get;
        init => field = AtLeastOne(value, nameof(LocalSteps));
    } = 1;

    /// <summary>How much each client counts (default by the rows its steps see).</summary>
    public ClientWeighting Weighting { get; init; } = ClientWeighting.SeenSamples;

    /// <summary>What is done to each update before it is sent.</summary>
    public IReadOnlyList<IUpdateFilter> Filters { get; init; } = [];

    /// <summary>Whether a client (second) answers in a round (first, from 1); null: always.</summary>
    public Func<int, int, bool>? Answers { get; init; }

    /// <summary>With fewer answers than this a round is an error (default 1).</summary>
    public int MinClients
    {
        get;
        init => field = AtLeastOne(value, nameof(MinClients));
    } = 1;

    internal FederatedOptions ToOptions(int threads) =>
        new()
        {
            Rounds = Rounds,
            Optimizer = Optimizer,
            Local = new LocalTraining
            {
                BatchSize = BatchSize,
                Steps = LocalSteps,
                Schedule = LearningRateSchedule.Constant(ClientRate),
            },
            Weighting = Weighting,
            Filters = Filters,
            Answers = Answers,
            MinClients = MinClients,
            Threads = threads,
            CheckpointEvery = 10,
        };

    private static int AtLeastOne(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; allowed is at least 1.");
}
