namespace ResearchKit.Federated;

/// <summary>How much a client's result counts in a round. Weights are those of the clients that answered, made to sum to 1.</summary>
public enum ClientWeighting
{
    /// <summary>
    /// By the rows that its steps have seen: all its rows if its batches of an epoch are no more than its steps, else batch size times steps.
    /// What the code of FENS calls data-based.
    /// </summary>
    SeenSamples,

    /// <summary>By its rows, as FLamby does.</summary>
    Samples,

    /// <summary>All alike.</summary>
    Uniform,
}
