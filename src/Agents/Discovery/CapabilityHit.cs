namespace ResearchKit.Agents.Discovery;

/// <summary>An agent that was found.</summary>
/// <param name="Ordinal">Its place in the index.</param>
/// <param name="Score">The BM25 score.</param>
/// <param name="Record">The agent, with what is known about who wrote its document and when it was read.</param>
public sealed record CapabilityHit(int Ordinal, double Score, CapabilityRecord Record);
