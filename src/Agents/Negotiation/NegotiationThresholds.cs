namespace ResearchKit.Agents.Negotiation;

/// <summary>Agora's thresholds (arXiv:2410.11905 and its public implementation). All comparisons are strict, and a conversation counts before it is compared.</summary>
public sealed record NegotiationThresholds
{
    /// <summary>Known protocols are looked through after more conversations than this. Default 5.</summary>
    public int Protocol { get; init; } = 5;

    /// <summary>A protocol is negotiated after more conversations than this. Default 10.</summary>
    public int Negotiate { get; init; } = 10;

    /// <summary>A routine is written after more uses than this. Default 5.</summary>
    public int Implement { get; init; } = 5;
}
