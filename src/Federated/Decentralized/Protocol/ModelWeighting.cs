namespace ResearchKit.Federated.Decentralized;

/// <summary>How much each model counts in an average.</summary>
public enum ModelWeighting
{
    /// <summary>All the same, as published.</summary>
    Equal,

    /// <summary>By the rows it was trained on.</summary>
    DataSize,
}
