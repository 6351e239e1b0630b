namespace ResearchKit.Agents.Negotiation;

/// <summary>What happened, counted: each is work for a language model but the last.</summary>
/// <param name="NaturalLanguage">Requests in natural language.</param>
/// <param name="WithProtocol">Requests with a protocol's text.</param>
/// <param name="Pick">Choices among known protocols.</param>
/// <param name="Negotiate">Negotiations.</param>
/// <param name="Program">Routines written.</param>
/// <param name="Routine">Requests that a routine handled.</param>
public readonly record struct NegotiationEvents(int NaturalLanguage, int WithProtocol, int Pick, int Negotiate, int Program, int Routine)
{
    /// <summary>The cost.</summary>
    /// <param name="costs">The cost of each.</param>
    public double Cost(NegotiationCosts costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        return (NaturalLanguage * costs.NaturalLanguage)
            + (WithProtocol * costs.WithProtocol)
            + (Pick * costs.Pick)
            + (Negotiate * costs.Negotiate)
            + (Program * costs.Program)
            + (Routine * costs.Routine);
    }

    /// <summary>Both together.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    public static NegotiationEvents operator +(NegotiationEvents a, NegotiationEvents b) =>
        new(
            a.NaturalLanguage + b.NaturalLanguage,
            a.WithProtocol + b.WithProtocol,
            a.Pick + b.Pick,
            a.Negotiate + b.Negotiate,
            a.Program + b.Program,
            a.Routine + b.Routine
        );
}
