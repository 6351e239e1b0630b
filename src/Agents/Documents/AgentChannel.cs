namespace ResearchKit.Agents;

/// <summary>A way to speak to an agent.</summary>
/// <param name="Kind">One of <see cref="AgentChannelKinds"/>, or a kind of the future.</param>
/// <param name="Url">The address.</param>
/// <param name="Version">The protocol's version.</param>
public sealed record AgentChannel(string Kind, string Url, string? Version = null);
