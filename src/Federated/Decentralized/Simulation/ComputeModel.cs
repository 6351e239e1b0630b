namespace ResearchKit.Federated.Decentralized;

/// <summary>How long training takes.</summary>
public enum ComputeModel
{
    /// <summary>3 E c milliseconds for E steps, as published: c counts for a batch.</summary>
    PerBatch,

    /// <summary>3 E B c milliseconds: c is the time of one sample, as the trace defines it.</summary>
    PerSample,
}
