namespace ResearchKit.Agents.Negotiation;

/// <summary>
/// Agora's sender (arXiv:2410.11905): each agent counts its conversations with each partner, looks through the protocols it knows, negotiates one if none fits, and writes a routine once it is
/// used often. Nothing is shared between agents.
/// </summary>
/// <param name="thresholds">When each step is worth it.</param>
public sealed class PairwiseNegotiation(NegotiationThresholds? thresholds = null) : INegotiationPolicy
{
    private readonly NegotiationThresholds _thresholds = thresholds ?? new();
    private readonly Dictionary<NegotiationQuery, int> _conversations = [];
    private readonly Dictionary<NegotiationQuery, Agreement> _forTarget = [];
    private readonly Dictionary<(string User, string Skill), Agreement> _byDefault = [];
    private readonly Dictionary<string, List<Agreement>> _known = [];
    private readonly HashSet<(string User, string Skill, Agreement Agreement)> _judged = [];

    /// <inheritdoc/>
    public string Name => "pairwise";

    /// <summary>Protocols that were negotiated.</summary>
    public int Protocols => _known.Values.Sum(k => k.Count);

    /// <inheritdoc/>
    public NegotiationEvents Ask(NegotiationQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        NegotiationEvents work = default;
        int conversations = _conversations[query] = _conversations.GetValueOrDefault(query) + 1;
        Agreement? agreement = Adequate(query);
        if (agreement is null && conversations > _thresholds.Protocol && Pick(query))
        {
            work += new NegotiationEvents(0, 0, 1, 0, 0, 0);
            agreement = _byDefault.GetValueOrDefault((query.User, query.Skill));
        }
        if (agreement is null && conversations > _thresholds.Negotiate)
        {
            work += new NegotiationEvents(0, 0, 0, 1, 0, 0);
            agreement = new Agreement(query.Skill);
            Known(query.User).Add(agreement);
            _forTarget[query] = agreement;
        }
        return work + (agreement is null ? new NegotiationEvents(1, 0, 0, 0, 0, 0) : Use(agreement));
    }

    /// <inheritdoc/>
    public void Synchronize(string library) { }

    private Agreement? Adequate(NegotiationQuery query) =>
        _forTarget.GetValueOrDefault(query) ?? _byDefault.GetValueOrDefault((query.User, query.Skill));

    // One look at everything not yet judged for the skill; what was agreed for the same skill is adequate, the first of it becomes the default.
    private bool Pick(NegotiationQuery query)
    {
        bool looked = false;
        foreach (Agreement agreement in Known(query.User))
        {
            if (_judged.Add((query.User, query.Skill, agreement)))
            {
                looked = true;
                if (agreement.Skill == query.Skill)
                {
                    _byDefault.TryAdd((query.User, query.Skill), agreement);
                }
            }
        }
        return looked;
    }

    private NegotiationEvents Use(Agreement agreement)
    {
        agreement.Uses++;
        if (agreement.HasRoutine)
        {
            return new NegotiationEvents(0, 0, 0, 0, 0, 1);
        }
        if (agreement.Uses > _thresholds.Implement)
        {
            agreement.HasRoutine = true;
            return new NegotiationEvents(0, 0, 0, 0, 1, 1);
        }
        return new NegotiationEvents(0, 1, 0, 0, 0, 0);
    }

    private List<Agreement> Known(string user) => _known.TryGetValue(user, out List<Agreement>? known) ? known : _known[user] = [];

    private sealed class Agreement(string skill)
    {
        internal string Skill => skill;

        internal int Uses { get; set; }

        internal bool HasRoutine { get; set; }
    }
}
