namespace ResearchKit.Agents.Negotiation;

/// <summary>A request that one agent has for another.</summary>
/// <param name="User">Who asks.</param>
/// <param name="Server">Who is asked.</param>
/// <param name="Skill">For what.</param>
public sealed record NegotiationQuery(string User, string Server, string Skill);
