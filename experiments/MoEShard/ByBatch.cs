using ResearchKit.Experiments;

namespace ResearchKit.Papers.MoEShard;

/// <summary>The speed-up over DeepSpeed by the batch of a rank: at the smallest MoEShard is slower.</summary>
[Experiment("moeshard/by-batch", Paper = "arXiv:2503.08467", Shows = "Speed-up over DeepSpeed by the batch")]
public sealed class ByBatch : ShardingExperiment
{
    private protected override Axis Varied => new("batch", "sequences");

    private protected override IReadOnlyList<(double X, double Speedup)> Published => [(10, 0.27), (100, 2.01), (250, 4.06), (450, 6.24)];

    private protected override double X(ShardingCell cell) => cell.Batch;

    /// <inheritdoc/>
    public override IEnumerable<ShardingCell> Plan(Options options) =>
        from batch in new[] { 10, 100, 250, 450 }
        from seed in options.Seeds
        select new ShardingCell(128, batch, 0.6, 13, 50, seed);

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<ShardingCell, ShardingRow>> rows)
    {
        yield return Ratio(
                "slower-at-10",
                "128 experts, batch 10, capacity factor 50: DeepSpeed's time over that of fused MoEShard",
                At(10),
                r => r.DeepSpeedMs,
                r => r.FusedMs
            )
            .Published(0.27, "the authors' files (0.30 end to end)")
            .Accept(atMost: 1)
            .Because($"with few tokens the calls of 128 experts are all there is; {Errors}");
        yield return Ratio(
                "faster-at-450",
                "128 experts, batch 450, capacity factor 50: DeepSpeed's time over that of fused MoEShard",
                At(450),
                r => r.DeepSpeedMs,
                r => r.FusedMs
            )
            .Published(6.24, "the authors' files")
            .Accept(5, 7.5)
            .Because($"within 20 %; {Errors}");

        IEnumerable<Measured<ShardingCell, ShardingRow>> At(int batch) => rows.Where(r => r.Cell.Batch == batch);
    }
}
