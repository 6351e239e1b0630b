using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>A round that is done.</summary>
/// <param name="Round">Which one, from 1.</param>
/// <param name="Loss">The clients' mean training loss, by their weights; NaN where it is not computed.</param>
/// <param name="Clients">The clients whose results were taken, ascending.</param>
/// <param name="Failed">The clients that failed, ascending.</param>
/// <param name="BytesUp">What clients sent in this round.</param>
/// <param name="BytesDown">What clients received in this round.</param>
/// <param name="Parameters">The global parameters, a view that the next round changes.</param>
public sealed record RoundReport(
    int Round,
    double Loss,
    IReadOnlyList<int> Clients,
    IReadOnlyList<int> Failed,
    long BytesUp,
    long BytesDown,
    ParameterVector Parameters
);
