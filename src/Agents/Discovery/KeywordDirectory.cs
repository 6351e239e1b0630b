namespace ResearchKit.Agents.Discovery;

/// <summary>
/// The matcher of the paper's prototype, as a baseline: the first agent, in the order of registration, one of whose keywords is in the query, letters of either case; else the word <c>unknown</c>.
/// </summary>
public sealed class KeywordDirectory
{
    /// <summary>What is said when nothing matches.</summary>
    public const string Unknown = "unknown";

    private readonly List<(string Agent, string[] Keywords)> _agents = [];

    /// <summary>Registers an agent.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="keywords">Its keywords.</param>
    public void Register(string agent, params string[] keywords) => _agents.Add((agent, keywords));

    /// <summary>The agent for a query.</summary>
    /// <param name="query">The query.</param>
    public string Find(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        foreach ((string agent, string[] keywords) in _agents)
        {
            if (keywords.Any(k => query.Contains(k, StringComparison.OrdinalIgnoreCase)))
            {
                return agent;
            }
        }
        return Unknown;
    }
}
