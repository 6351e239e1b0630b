namespace ResearchKit.Agents.Negotiation;

/// <summary>
/// Protocols are shared (the demonstration of arXiv:2410.11905 with 100 agents): an agent takes what its partner offers, else what it used before, else what its library has; a partner that was
/// asked in natural language too often negotiates a protocol, which both put into their libraries; a library takes what its neighbours have whenever its turn comes. Each side writes a routine at its first use.
/// Compiled, a protocol has schemas that are compiled once for all users and once for all servers, so that nobody else writes anything.
/// </summary>
/// <param name="libraries">The libraries.</param>
/// <param name="trigger">Natural-language requests after which a server negotiates. Default 5.</param>
/// <param name="compiled">Whether protocols are compiled once instead of by everyone.</param>
public sealed class SharedNegotiation(ProtocolLibraries libraries, int trigger = 5, bool compiled = false) : INegotiationPolicy
{
    private const string Everyone = "*";
    private readonly Dictionary<string, Dictionary<string, Agreement>> _libraries = libraries.Peers.Keys.ToDictionary(
        l => l,
        _ => new Dictionary<string, Agreement>(),
        StringComparer.Ordinal
    );
    private readonly Dictionary<(string Server, string Skill), Agreement> _offered = [];
    private readonly Dictionary<(string User, string Skill), Agreement> _used = [];
    private readonly Dictionary<string, int> _talks = [];
    private readonly HashSet<(string Agent, bool AsServer, Agreement Agreement)> _routines = [];

    /// <inheritdoc/>
    public string Name => compiled ? "shared-compiled" : "shared";

    /// <summary>Protocols that were negotiated.</summary>
    public int Protocols { get; private set; }

    /// <inheritdoc/>
    public NegotiationEvents Ask(NegotiationQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        Agreement? agreement =
            _offered.GetValueOrDefault((query.Server, query.Skill))
            ?? _used.GetValueOrDefault((query.User, query.Skill))
            ?? Library(query.User).GetValueOrDefault(query.Skill);
        if (agreement is not null)
        {
            return Run(query, agreement);
        }
        int talks = _talks[query.Server] = _talks.GetValueOrDefault(query.Server) + 1;
        if (talks <= trigger)
        {
            return new NegotiationEvents(1, 0, 0, 0, 0, 0);
        }
        _talks[query.Server] = 0;
        agreement = new Agreement();
        Protocols++;
        _offered[(query.Server, query.Skill)] = agreement;
        Library(query.Server).TryAdd(query.Skill, agreement);
        Library(query.User).TryAdd(query.Skill, agreement);
        return new NegotiationEvents(0, 0, 0, 1, 0, 0) + Run(query, agreement);
    }

    /// <inheritdoc/>
    public void Synchronize(string library)
    {
        foreach (string peer in libraries.Peers[library])
        {
            foreach ((string skill, Agreement agreement) in _libraries[peer])
            {
                _libraries[library].TryAdd(skill, agreement);
            }
        }
    }

    private NegotiationEvents Run(NegotiationQuery query, Agreement agreement)
    {
        _used.TryAdd((query.User, query.Skill), agreement);
        int written = _routines.Add((compiled ? Everyone : query.User, false, agreement)) ? 1 : 0;
        written += _routines.Add((compiled ? Everyone : query.Server, true, agreement)) ? 1 : 0;
        return new NegotiationEvents(0, 0, 0, 0, written, 1);
    }

    private Dictionary<string, Agreement> Library(string agent) => _libraries[libraries.Of[agent]];

    private sealed class Agreement;
}
