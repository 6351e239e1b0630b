namespace ResearchKit.Federated;

/// <summary>The federated optimisers of the paper's figures and of its code, each with its defaults.</summary>
public static class FederatedOptimizers
{
    /// <summary>All, in the order of tables.</summary>
    public static IReadOnlyList<IFederatedOptimizer> All { get; } =
    [new FedAvg(), new FedProx(), new FedAdam(), new FedYogi(), new Scaffold(), new FedNova(), new FedDyn()];
}
