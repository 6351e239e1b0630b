namespace ResearchKit.Federated.Decentralized;

/// <summary>What a view holds of a node.</summary>
/// <param name="Round">The last round in which it was seen active; -1 if never.</param>
/// <param name="Counter">How many announcements of the node led to this state: of two, the higher one is the later one.</param>
/// <param name="State">What the node announced.</param>
public readonly record struct ViewEntry(int Round, int Counter, MembershipChange State);
