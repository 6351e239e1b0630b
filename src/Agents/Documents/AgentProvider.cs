namespace ResearchKit.Agents;

/// <summary>Who offers an agent.</summary>
/// <param name="Name">The name.</param>
/// <param name="Url">The address.</param>
public sealed record AgentProvider(string Name, string? Url = null);
