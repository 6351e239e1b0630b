namespace ResearchKit.Federated.Decentralized;

/// <summary>Whether the protocol does what its authors meant or, to the letter, what their published code does.</summary>
public enum Compatibility
{
    /// <summary>What was meant: cancelled trainings send nothing, late announcements do not undo later ones, searches and transfers always end, and a silently lost aggregator is replaced.</summary>
    Corrected,

    /// <summary>What the published code does, defects included: for comparison with its traces.</summary>
    Official,
}
