namespace ResearchKit.Federated.Decentralized;

/// <summary>What a node last announced of itself.</summary>
public enum MembershipChange
{
    /// <summary>It takes part.</summary>
    Join,

    /// <summary>It has left.</summary>
    Leave,
}
