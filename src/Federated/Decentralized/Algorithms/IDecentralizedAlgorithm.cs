namespace ResearchKit.Federated.Decentralized;

/// <summary>An algorithm that can be simulated. A user's own one implements this and needs nothing else.</summary>
public interface IDecentralizedAlgorithm : INamed
{
    /// <summary>Whether there is one model for all; otherwise every node has its own, and those of some are tested.</summary>
    bool HasGlobalModel { get; }

    /// <summary>Changes the world where the algorithm needs it, for example to have a server in it.</summary>
    SimulationOptions Adjust(SimulationOptions options) => options;

    /// <summary>Begins a run.</summary>
    /// <param name="kernel">The simulation.</param>
    AlgorithmRun Begin(SimulationKernel kernel);
}
