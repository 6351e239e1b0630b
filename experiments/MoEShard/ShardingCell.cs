namespace ResearchKit.Papers.MoEShard;

/// <summary>A configuration: 4 ranks, sequences of 120 tokens, R2 additive skew.</summary>
/// <param name="Experts">E.</param>
/// <param name="Batch">Sequences of a rank.</param>
/// <param name="Skew">alpha.</param>
/// <param name="HotExperts">k.</param>
/// <param name="CapacityFactor">DeepSpeed's.</param>
/// <param name="Seed">The seed of the draws.</param>
public sealed record ShardingCell(int Experts, int Batch, double Skew, int HotExperts, double CapacityFactor, int Seed);
