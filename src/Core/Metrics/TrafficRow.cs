namespace ResearchKit.Metrics;

/// <summary>What one node sent to another of one kind in one phase.</summary>
/// <param name="Sender">The sender.</param>
/// <param name="Receiver">The receiver.</param>
/// <param name="Kind">The kind of message.</param>
/// <param name="Phase">The phase; empty if the run has none.</param>
/// <param name="Transfers">How many transfers there were, whole and partial.</param>
/// <param name="Partial">How many of them did not arrive whole.</param>
/// <param name="BytesUp">The bytes that left the sender.</param>
/// <param name="BytesDown">The bytes that reached the receiver.</param>
public readonly record struct TrafficRow(
    int Sender,
    int Receiver,
    string Kind,
    string Phase,
    long Transfers,
    long Partial,
    long BytesUp,
    long BytesDown
);
