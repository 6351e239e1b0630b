using ResearchKit.Experiments;

namespace ResearchKit.Papers.MoEShard;

/// <summary>The speed-up over DeepSpeed by the router's skew: none of the two depends on it.</summary>
[Experiment("moeshard/by-skew", Paper = "arXiv:2503.08467", Shows = "Speed-up over DeepSpeed by the skew")]
public sealed class BySkew : ShardingExperiment
{
    private protected override Axis Varied => new("skew alpha");

    private protected override IReadOnlyList<(double X, double Speedup)> Published =>
        [(0, 177.83 / 40.81), (0.2, 177.74 / 42.94), (0.4, 177.90 / 42.00), (0.6, 177.56 / 43.70), (0.8, 177.85 / 42.66)];

    private protected override double X(ShardingCell cell) => cell.Skew;

    /// <inheritdoc/>
    public override IEnumerable<ShardingCell> Plan(Options options) =>
        from skew in new[] { 0, 0.2, 0.4, 0.6, 0.8 }
        from seed in options.Seeds
        select new ShardingCell(128, 250, skew, 13, 50, seed);

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<ShardingCell, ShardingRow>> rows)
    {
        yield return Flat("flat", "128 experts: the largest speed-up over the smallest, over skews 0 to 0.8 (simulated)", rows);
        yield return Ratio(
                "least-lossless-flat",
                "128 experts: the least lossless capacity factor at skew 0.8 over that at skew 0",
                rows.Where(r => r.Cell.Skew == 0.8),
                r => r.LeastFactor,
                r => rows.First(other => other.Cell.Skew == 0).Row.LeastFactor
            )
            .StatedWithoutNumber("not in the paper: what a capacity that drops nothing needs does grow with the skew")
            .Accept(atLeast: 1)
            .Because("counted on the tokens drawn: 8.8 expected at 13 hot experts");
    }
}
