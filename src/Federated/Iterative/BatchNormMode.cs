namespace ResearchKit.Federated;

/// <summary>What happens to buffers (running means of batch normalisation), which are no parameters.</summary>
public enum BatchNormMode
{
    /// <summary>They are averaged with the clients' weights and sent along.</summary>
    Average,

    /// <summary>Each client keeps its own; the global model has those it began with.</summary>
    Local,

    /// <summary>The global model takes those of the first client that answered, as the code of FENS effectively does by evaluating on rank 0; nothing is sent to the others.</summary>
    FirstClient,
}
