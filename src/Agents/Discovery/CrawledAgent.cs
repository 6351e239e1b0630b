namespace ResearchKit.Agents.Discovery;

/// <summary>An agent that a crawler found.</summary>
/// <param name="Record">The agent.</param>
/// <param name="Text">The text by which it is found.</param>
public sealed record CrawledAgent(CapabilityRecord Record, string Text);
