namespace ResearchKit.Agents.Negotiation;

/// <summary>When agents talk, negotiate, or run what they agreed on. A policy remembers what happened between all agents of one network; it is not for several threads.</summary>
public interface INegotiationPolicy : INamed
{
    /// <summary>Decides how a request is handled, and remembers it.</summary>
    /// <param name="query">The request.</param>
    /// <returns>The work it took.</returns>
    NegotiationEvents Ask(NegotiationQuery query);

    /// <summary>A library of protocols takes what its neighbours have.</summary>
    /// <param name="library">The library whose turn it is.</param>
    void Synchronize(string library);
}
