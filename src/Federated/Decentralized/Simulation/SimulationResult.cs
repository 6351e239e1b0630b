using ResearchKit.Metrics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>What a run gave.</summary>
public sealed record SimulationResult
{
    /// <summary>The algorithm.</summary>
    public required string Algorithm { get; init; }

    /// <summary>How it ended.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Until when it went, in virtual seconds.</summary>
    public required double EndS { get; init; }

    /// <summary>The events handled.</summary>
    public required long Events { get; init; }

    /// <summary>The hash of the log of all events and tests: equal hash, equal run.</summary>
    public required string LogHash { get; init; }

    /// <summary>Whether the stored log is cut because its disk was full.</summary>
    public bool LogTruncated { get; init; }

    /// <summary>The rounds closed, in order of time.</summary>
    public required IReadOnlyList<ClosedRound> Rounds { get; init; }

    /// <summary>The models tested, in order of time.</summary>
    public required IReadOnlyList<TestedModel> Tests { get; init; }

    /// <summary>The bytes by kind of message.</summary>
    public required TrafficLedger Traffic { get; init; }

    /// <summary>The bytes each node sent; of transfers under way what was carried.</summary>
    public required IReadOnlyList<double> BytesUp { get; init; }

    /// <summary>The bytes each node received.</summary>
    public required IReadOnlyList<double> BytesDown { get; init; }

    /// <summary>The bytes of messages that came while their receiver was offline, by receiver; empty if there were none. They count as sent, not as received.</summary>
    public required IReadOnlyList<double> BytesLost { get; init; }

    /// <summary>The transfers under way at the end: from whom, to whom, what was carried, which is part of the bytes above, and since when.</summary>
    public required IReadOnlyList<(int From, int To, double Bytes, double SinceS)> Underway { get; init; }

    /// <summary>The seconds in which each node had at least one transfer running.</summary>
    public required IReadOnlyList<double> NetworkS { get; init; }

    /// <summary>The seconds each node trained.</summary>
    public required IReadOnlyList<double> TrainingS { get; init; }

    /// <summary>How often what happened.</summary>
    public required IReadOnlyDictionary<PlexusEvent, long> Happened { get; init; }

    /// <summary>Model transfers asked for, finished, and failed.</summary>
    public required (long Started, long Finished, long Failed) Transfers { get; init; }

    /// <summary>How long each search for live nodes took, in seconds.</summary>
    public required IReadOnlyList<double> SearchS { get; init; }

    /// <summary>Everything that happened, if it was kept.</summary>
    public SimulationRecord? Record { get; init; }

    /// <summary>The models nodes end with, by node; null where it has none, or nothing was learned.</summary>
    public required IReadOnlyList<object?> Models { get; init; }

    /// <summary>The views nodes end with; empty for algorithms without views.</summary>
    public IReadOnlyDictionary<int, PopulationView> Views { get; init; } = new Dictionary<int, PopulationView>();

    /// <summary>The times between the closings of consecutive rounds, in seconds; a round that was closed twice counts when it was closed first.</summary>
    public IReadOnlyList<double> RoundDurations()
    {
        double[] first = [.. Rounds.GroupBy(r => r.Round).OrderBy(g => g.Key).Select(g => g.Min(r => r.TimeS))];
        return [.. first.Zip(first.Skip(1), (a, b) => b - a)];
    }

    /// <summary>The first test with at least this accuracy; null if there is none.</summary>
    public TestedModel? FirstAt(double accuracy)
    {
        foreach (TestedModel test in Tests)
        {
            if (test.Accuracy >= accuracy)
            {
                return test;
            }
        }

        return null;
    }

    /// <summary>The best accuracy of any test; 0 without tests.</summary>
    public double BestAccuracy => Tests.Count == 0 ? 0 : Tests.Max(t => t.Accuracy);
}
