using ResearchKit.Rag;

namespace ResearchKit.Papers.RagRoute;

/// <summary>What differs between the experiments on routing.</summary>
/// <param name="Data">The published data.</param>
/// <param name="Sources">How many sources the invented federation has.</param>
/// <param name="K">How many documents count as best.</param>
/// <param name="Asked">How many sources the random router asks.</param>
/// <param name="FullEpochs">Epochs at the full scale.</param>
/// <param name="TrainShare">The share of queries that is trained on.</param>
/// <param name="ValidationShare">The share of queries that epoch and threshold are chosen on.</param>
/// <param name="Training">How the router is trained.</param>
/// <param name="FiveFold">Whether it is trained with five-fold positive weight as well.</param>
internal sealed record RoutingSetup(
    string Data,
    int Sources,
    int K,
    int Asked,
    int FullEpochs,
    double TrainShare,
    double ValidationShare,
    RouterTrainingOptions Training,
    bool FiveFold = false
);
