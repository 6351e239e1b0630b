namespace ResearchKit.Federated.Decentralized;

/// <summary>The protocol's settings; the defaults are those of the paper's runs (arXiv:2503.05509, evaluation).</summary>
public sealed record PlexusOptions
{
    /// <summary>s: how many nodes train in a round; at least 1.</summary>
    public int SampleSize
    {
        get;
        init => field = AtLeast(value, 1, nameof(SampleSize));
    } = 13;

    /// <summary>a: how many aggregators a sample sends to; at least 1, at most the sample's size.</summary>
    public int Aggregators
    {
        get;
        init => field = AtLeast(value, 1, nameof(Aggregators));
    } = 1;

    /// <summary>sf: the share of a sample's models that closes a round; above 0, at most 1.</summary>
    public double SuccessFraction
    {
        get;
        init =>
            field = value is > 0 and <= 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(SuccessFraction), value, "The success fraction is above 0 and at most 1.");
    } = 0.8;

    /// <summary>Dt: how long until a node that does not answer is taken for dead; positive.</summary>
    public TimeSpan PingTimeout
    {
        get;
        init => field = Positive(value, nameof(PingTimeout));
    } = TimeSpan.FromSeconds(5);

    /// <summary>After how long an unanswered ping is repeated, once; positive.</summary>
    public TimeSpan PingRetry
    {
        get;
        init => field = Positive(value, nameof(PingRetry));
    } = TimeSpan.FromSeconds(1);

    /// <summary>Dk: for how many rounds a node that was not seen active is still asked; not negative.</summary>
    public int InactivityThreshold
    {
        get;
        init => field = AtLeast(value, 0, nameof(InactivityThreshold));
    } = 1000;

    /// <summary>T_agg: how long an aggregator waits for enough models; zero: without limit.</summary>
    public TimeSpan AggregationTimeout
    {
        get;
        init =>
            field =
                value >= TimeSpan.Zero
                    ? value
                    : throw new ArgumentOutOfRangeException(
                        nameof(AggregationTimeout),
                        value,
                        "The timeout is positive, or zero for none."
                    );
    } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// With how many models an aggregator whose time is up closes its round at once; at least 1. With fewer it waits for another tenth of the time, then closes with what it has; the published code gives the round up.
    /// </summary>
    public int MinModelsForLiveness
    {
        get;
        init => field = AtLeast(value, 1, nameof(MinModelsForLiveness));
    } = 3;

    /// <summary>The same as a share of the sample (the published code declares 0.4, but does not use it); null: the number decides. Above 0, at most 1.</summary>
    public double? LivenessFraction
    {
        get;
        init =>
            field = value is null or (> 0 and <= 1)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(LivenessFraction), value, "The fraction is above 0 and at most 1, or null.");
    }

    /// <summary>Who of the next sample aggregates.</summary>
    public AggregatorChoice AggregatorChoice { get; init; } = AggregatorChoice.HighestBandwidth;

    /// <summary>
    /// How long a participant waits for its aggregator before it asks whether that one is still alive, and looks for another if it is not. Zero: for ever, as the published code does;
    /// null: 60 s, and for ever with <see cref="Compatibility.Official"/>.
    /// </summary>
    public TimeSpan? AckTimeout
    {
        get;
        init =>
            field =
                value is null || value >= TimeSpan.Zero
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(AckTimeout), value, "The timeout is positive, zero for none, or null.");
    }

    /// <summary>By which hash samples are ordered.</summary>
    public SampleHash Hash { get; init; } = SampleHash.Md5;

    /// <summary>How much each model counts.</summary>
    public ModelWeighting Weighting { get; init; } = ModelWeighting.Equal;

    /// <summary>In which order models are added up.</summary>
    public SummationOrder Summation { get; init; } = SummationOrder.Arrival;

    /// <summary>The node that aggregates every round: a server, as in federated learning; null: none.</summary>
    public int? FixedAggregator { get; init; }

    /// <summary>Whether a sample larger than the population is cut to it; otherwise it is an error.</summary>
    public bool ClampSampleSize { get; init; }

    /// <summary>What was meant, or what the published code does.</summary>
    public Compatibility Compatibility { get; init; } = Compatibility.Corrected;

    /// <summary>The models that close a round: the whole part of s times sf.</summary>
    public int RequiredModels => (int)Math.Floor(SampleSize * SuccessFraction);

    internal TimeSpan EffectiveAckTimeout =>
        AckTimeout ?? (Compatibility == Compatibility.Official ? TimeSpan.Zero : TimeSpan.FromSeconds(60));

    internal int EffectiveLiveness =>
        LivenessFraction is { } fraction ? Math.Max(1, (int)Math.Floor(SampleSize * fraction)) : MinModelsForLiveness;

    /// <summary>Settings that fit a population: checked, and the sample cut if this is asked for.</summary>
    /// <param name="nodes">How many nodes there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">The settings do not fit each other or the population; the message names option, value and range.</exception>
    public PlexusOptions For(int nodes)
    {
        if (SampleSize > nodes)
        {
            return ClampSampleSize
                ? (
                    this with
                    {
                        SampleSize = nodes,
                        Aggregators = Math.Min(Aggregators, nodes),
                        SuccessFraction = Math.Max(SuccessFraction, 1.0 / nodes),
                    }
                ).For(nodes)
                : throw Misfit(
                    nameof(SampleSize),
                    SampleSize,
                    $"There are {nodes} nodes: the sample has 1 to {nodes}; set ClampSampleSize to take all where there are fewer."
                );
        }

        if (Aggregators > SampleSize)
        {
            throw Misfit(
                nameof(Aggregators),
                Aggregators,
                $"The aggregators are part of a sample: 1 to SampleSize, which is {SampleSize}."
            );
        }

        if (RequiredModels < 1)
        {
            throw Misfit(
                nameof(SuccessFraction),
                SuccessFraction,
                $"Of a sample of {SampleSize} it leaves no model to average: at least {1.0 / SampleSize:0.###} is needed."
            );
        }

        return FixedAggregator is { } server && (uint)server >= (uint)nodes
            ? throw Misfit(nameof(FixedAggregator), server, $"Nodes are 0 to {nodes - 1}.")
            : this;
    }

    private static ArgumentOutOfRangeException Misfit(string option, object value, string message) => new(option, value, message);

    private static int AtLeast(int value, int least, string name) =>
        value >= least ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is at least {least}.");

    private static TimeSpan Positive(TimeSpan value, string name) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is positive.");
}
