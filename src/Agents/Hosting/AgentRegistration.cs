namespace ResearchKit.Agents.Hosting;

/// <summary>An agent that was added, before it is mapped.</summary>
internal sealed record AgentRegistration(AgentOptions Options, Type Handler);
