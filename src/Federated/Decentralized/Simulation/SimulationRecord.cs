namespace ResearchKit.Federated.Decentralized;

/// <summary>Something that happened to a node. Times in seconds.</summary>
public sealed record EventRow(double TimeS, int Node, int Round, string Event);

/// <summary>A search for live nodes that found some.</summary>
/// <param name="TimeS">When it ended.</param>
/// <param name="StartS">When it began.</param>
/// <param name="By">Who looked.</param>
/// <param name="Sample">The sample index.</param>
/// <param name="Nodes">Who was found, in the order of answer.</param>
public sealed record SampleRow(double TimeS, double StartS, int By, int Sample, IReadOnlyList<int> Nodes);

/// <summary>A model that was sent. The time from being asked for to the end includes waiting; the first byte went at <paramref name="FirstByteS"/>, if any did.</summary>
public sealed record TransferRow(
    int From,
    int To,
    int Round,
    double StartS,
    double DurationS,
    string Type,
    bool Success,
    double? FirstByteS
);

/// <summary>What a node averaged in a round, in the order of summation; algorithms without a global model.</summary>
public sealed record AverageRow(double TimeS, int Node, int Round, IReadOnlyList<int> From, object? Value);

/// <summary>Everything that happened in a run, if it was asked for: what the published simulator writes into its files.</summary>
public sealed class SimulationRecord
{
    /// <summary>Trainings, aggregations, arrivals.</summary>
    public List<EventRow> Events { get; } = [];

    /// <summary>Searches for live nodes.</summary>
    public List<SampleRow> Samples { get; } = [];

    /// <summary>Ended transfers.</summary>
    public List<TransferRow> Transfers { get; } = [];

    /// <summary>Averages of single nodes.</summary>
    public List<AverageRow> Averages { get; } = [];
}
