using ResearchKit.Experiments;

namespace ResearchKit.Papers.MoEShard;

/// <summary>The speed-up over DeepSpeed by the number of hot experts, at the capacity factor 90 of these runs.</summary>
[Experiment("moeshard/by-hot-experts", Paper = "arXiv:2503.08467", Shows = "Speed-up over DeepSpeed by the number of hot experts")]
public sealed class ByHotExperts : ShardingExperiment
{
    private protected override Axis Varied => new("hot experts");

    private protected override IReadOnlyList<(double X, double Speedup)> Published =>
        [(2, 313.37 / 42.71), (26, 313.41 / 41.83), (64, 313.44 / 41.52), (77, 313.35 / 41.57), (103, 313.41 / 41.52)];

    private protected override double X(ShardingCell cell) => cell.HotExperts;

    /// <inheritdoc/>
    public override IEnumerable<ShardingCell> Plan(Options options) =>
        from hot in new[] { 2, 26, 64, 77, 103 }
        from seed in options.Seeds
        select new ShardingCell(128, 250, 0.6, hot, 90, seed);

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<ShardingCell, ShardingRow>> rows)
    {
        yield return Flat("flat", "128 experts: the largest speed-up over the smallest, over 2 to 103 hot experts (simulated)", rows);
        yield return Ratio(
                "lossless-at-two",
                "128 experts, 2 hot: the published capacity factor 90 over the least that drops nothing",
                rows.Where(r => r.Cell.HotExperts == 2),
                _ => 90,
                r => r.LeastFactor
            )
            .StatedWithoutNumber("not in the paper: 35.4 suffices on expected counts at two hot experts")
            .Accept(atLeast: 1)
            .Because("counted on the tokens drawn");
    }
}
