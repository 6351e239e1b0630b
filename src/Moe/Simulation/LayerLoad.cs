namespace ResearchKit.Moe;

/// <summary>What one MoE layer of an iteration has to compute.</summary>
/// <param name="Counts">C[g, e].</param>
/// <param name="Placement">Which rank holds which expert.</param>
/// <param name="IsFullSequence">Whether the layer sees whole sequences, or one token of each.</param>
public sealed record LayerLoad(TokenCounts Counts, ExpertPlacement Placement, bool IsFullSequence = true);
