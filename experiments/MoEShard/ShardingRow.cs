namespace ResearchKit.Papers.MoEShard;

/// <summary>Times of an encoder MoE layer.</summary>
/// <param name="DeepSpeedMs">DeepSpeed at the published capacity factor, simulated.</param>
/// <param name="LeastFactor">The least capacity factor that drops no token of this routing.</param>
/// <param name="DeepSpeedLeastMs">DeepSpeed at that factor, simulated.</param>
/// <param name="UnfusedMs">MoEShard, one expert after the other, simulated.</param>
/// <param name="FusedMs">MoEShard with fused products, simulated.</param>
/// <param name="DroppedShare">The share of tokens that DeepSpeed drops at the published factor.</param>
public sealed record ShardingRow(
    double DeepSpeedMs,
    double LeastFactor,
    double DeepSpeedLeastMs,
    double UnfusedMs,
    double FusedMs,
    double DroppedShare
)
{
    /// <summary>DeepSpeed over fused MoEShard.</summary>
    internal double Speedup => DeepSpeedMs / FusedMs;
}
