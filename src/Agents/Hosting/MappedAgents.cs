namespace ResearchKit.Agents.Hosting;

/// <summary>The agents of a host, in the order they were mapped.</summary>
internal sealed class MappedAgents
{
    private readonly List<MappedAgent> _agents = [];

    internal IReadOnlyList<MappedAgent> All => _agents;

    internal void Add(MappedAgent agent)
    {
        if (_agents.Any(a => a.Path == agent.Path))
        {
            throw new ArgumentException($"Two agents at {agent.Path}.");
        }
        _agents.Add(agent);
    }
}
