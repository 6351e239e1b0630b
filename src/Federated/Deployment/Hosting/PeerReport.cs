namespace ResearchKit.Federated.Deployment;

/// <summary>Something that happened in a process of the network.</summary>
/// <param name="TimeS">When, in seconds from its start.</param>
/// <param name="Node">To whom.</param>
/// <param name="What">What: an event of the protocol, or <c>round</c>, <c>sample</c>, <c>ready</c>.</param>
/// <param name="Round">In which round, or for which sample.</param>
/// <param name="Nodes">Whom it concerns: the members of a sample in the order of answer.</param>
/// <param name="Models">Of a round: how many models were averaged.</param>
/// <param name="Digest">Of a round: the XXH3 of the average.</param>
/// <param name="Accuracy">Of a round: the average's accuracy on the test rows.</param>
public sealed record PeerReport(
    double TimeS,
    int Node,
    string What,
    int Round,
    IReadOnlyList<int>? Nodes = null,
    int Models = 0,
    string? Digest = null,
    double? Accuracy = null
);
