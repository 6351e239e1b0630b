namespace ResearchKit.Agents;

/// <summary>Who calls.</summary>
/// <param name="Id">The id; what belongs to one principal is not found by another.</param>
/// <param name="IsAuthenticated">Whether the caller proved it.</param>
public sealed record AgentPrincipal(string Id, bool IsAuthenticated)
{
    /// <summary>Someone who proved nothing.</summary>
    public static AgentPrincipal Anonymous { get; } = new("", false);
}
