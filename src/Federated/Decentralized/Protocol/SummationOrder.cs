namespace ResearchKit.Federated.Decentralized;

/// <summary>In which order models are added up; it decides the last bits of an average.</summary>
public enum SummationOrder
{
    /// <summary>As they arrived, as published.</summary>
    Arrival,

    /// <summary>By the identifiers of their senders: equal in a simulation and in a network.</summary>
    Identifier,
}
