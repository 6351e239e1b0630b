namespace ResearchKit.Federated.Deployment;

/// <summary>A time in which two groups of nodes cannot hear each other.</summary>
/// <param name="FromS">When it begins, in seconds from the start of the process.</param>
/// <param name="ToS">When it ends.</param>
/// <param name="Group">The numbers of the nodes of one group; all others are the other.</param>
public sealed record PartitionFault(double FromS, double ToS, IReadOnlyList<int> Group);

/// <summary>What goes wrong on purpose when messages are sent. Models that are dropped break off on their way, and are resumed.</summary>
public sealed record FaultPlan
{
    /// <summary>No faults.</summary>
    public static FaultPlan None { get; } = new();

    /// <summary>The probability that a message is lost, or a model's stream breaks.</summary>
    public double Drop
    {
        get;
        init => field = Probability(value, nameof(Drop));
    }

    /// <summary>The probability that a message is sent twice.</summary>
    public double Duplicate
    {
        get;
        init => field = Probability(value, nameof(Duplicate));
    }

    /// <summary>The probability that a message is held back until later ones are through.</summary>
    public double Reorder
    {
        get;
        init => field = Probability(value, nameof(Reorder));
    }

    /// <summary>Added to each message, in milliseconds.</summary>
    public double DelayMs
    {
        get;
        init => field = NotNegative(value, nameof(DelayMs));
    }

    /// <summary>At most this is added besides, at random, in milliseconds.</summary>
    public double JitterMs
    {
        get;
        init => field = NotNegative(value, nameof(JitterMs));
    }

    /// <summary>Times in which groups cannot hear each other.</summary>
    public IReadOnlyList<PartitionFault> Partitions { get; init; } = [];

    private static double Probability(double value, string name) =>
        value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is a probability, at least 0 and below 1.");

    private static double NotNegative(double value, string name) =>
        value is >= 0 and <= 60_000 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is 0 to 60,000 ms.");
}
