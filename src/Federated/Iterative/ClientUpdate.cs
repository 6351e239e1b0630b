namespace ResearchKit.Federated;

/// <summary>What a server receives from a client at the end of a round.</summary>
/// <param name="Client">The client, from 0.</param>
/// <param name="Weight">Its weight; those of a round sum to 1.</param>
/// <param name="Parameters">x_i, its parameters.</param>
/// <param name="Steps">The local steps it took.</param>
/// <param name="StepLength">The sum of their learning rates.</param>
public readonly record struct ClientUpdate(int Client, double Weight, ReadOnlyMemory<double> Parameters, int Steps, double StepLength);
