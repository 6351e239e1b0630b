namespace ResearchKit.Agents.Hosting;

/// <summary>An agent at its address.</summary>
internal sealed class MappedAgent
{
    internal MappedAgent(AgentRuntime runtime, string path)
    {
        (Runtime, Path) = (runtime, path);
        Guard = new AgentGuard(runtime, path);
        Documents = new DocumentEndpoints(this);
    }

    internal AgentRuntime Runtime { get; }

    internal string Path { get; }

    internal AgentGuard Guard { get; }

    internal DocumentEndpoints Documents { get; }

    /// <summary>Channels besides the own one; an address that begins with a slash is the host's, any other the agent's.</summary>
    internal List<AgentChannel> Bridges { get; } = [];
}
