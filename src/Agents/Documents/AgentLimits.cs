namespace ResearchKit.Agents;

/// <summary>What an agent accepts at most.</summary>
/// <param name="MaxBodyBytes">Bytes of a request.</param>
/// <param name="RequestsPerMinute">Requests of one caller.</param>
public sealed record AgentLimits(long? MaxBodyBytes = null, double? RequestsPerMinute = null);
