namespace ResearchKit.Agents.Negotiation;

/// <summary>The baseline: agents talk, always.</summary>
public sealed class NaturalLanguageOnly : INegotiationPolicy
{
    /// <inheritdoc/>
    public string Name => "natural-language";

    /// <inheritdoc/>
    public NegotiationEvents Ask(NegotiationQuery query) => new(1, 0, 0, 0, 0, 0);

    /// <inheritdoc/>
    public void Synchronize(string library) { }
}
