namespace ResearchKit.Agents.Negotiation;

/// <summary>Libraries of protocol documents, which of them take documents from which, and which one each agent uses.</summary>
/// <param name="Peers">For each library those it takes documents from.</param>
/// <param name="Of">The library of each agent.</param>
public sealed record ProtocolLibraries(IReadOnlyDictionary<string, IReadOnlyList<string>> Peers, IReadOnlyDictionary<string, string> Of);
