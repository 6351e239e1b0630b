namespace ResearchKit.Agents.Negotiation;

/// <summary>What each kind of work costs; a request in natural language is the unit.</summary>
public sealed record NegotiationCosts
{
    /// <summary>A request in natural language. Default 1.</summary>
    public double NaturalLanguage { get; init; } = 1;

    /// <summary>A request with a protocol's text. Default 1.</summary>
    public double WithProtocol { get; init; } = 1;

    /// <summary>A choice among known protocols. Default 0.5.</summary>
    public double Pick { get; init; } = 0.5;

    /// <summary>A negotiation. Default 6.</summary>
    public double Negotiate { get; init; } = 6;

    /// <summary>Writing a routine. Default 3.</summary>
    public double Program { get; init; } = 3;

    /// <summary>A request that a routine handles. Default 0.</summary>
    public double Routine { get; init; }

    /// <summary>From how many requests on a negotiated protocol is cheaper than natural language: the least q with q (c_nl - c_r) at least c_neg + c_prog.</summary>
    /// <exception cref="InvalidOperationException">A routine is not cheaper than natural language: there is no such number.</exception>
    public int BreakEven() =>
        NaturalLanguage > Routine
            ? (int)Math.Ceiling((Negotiate + Program) / (NaturalLanguage - Routine))
            : throw new InvalidOperationException(
                $"A routine costs {Routine}, natural language {NaturalLanguage}: negotiation never pays."
            );
}
