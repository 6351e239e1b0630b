namespace ResearchKit.Moe;

/// <summary>Counts of a trace, by iteration and layer.</summary>
/// <param name="Iterations">For each iteration its layers, in order.</param>
/// <param name="Assumption">What was assumed of the tokens' ranks; null if the trace has them.</param>
public sealed record ImportedTrace(IReadOnlyList<IReadOnlyList<TokenCounts>> Iterations, string? Assumption);
