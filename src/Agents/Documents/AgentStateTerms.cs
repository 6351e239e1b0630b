namespace ResearchKit.Agents;

/// <summary>What an agent keeps about a caller.</summary>
/// <param name="Session">none, cookie or token.</param>
/// <param name="TtlSeconds">How long a session lives without use.</param>
/// <param name="Retention">What is kept for longer, in words; null: nothing.</param>
public sealed record AgentStateTerms(string Session, int? TtlSeconds = null, string? Retention = null);
