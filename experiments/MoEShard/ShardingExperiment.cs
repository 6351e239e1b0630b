using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Moe;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.MoEShard;

/// <summary>
/// What the four comparisons with DeepSpeed share. Tokens are really drawn and scheduled: padded rows, dropped tokens and the least lossless capacity follow from them; only the times come from constants fitted to
/// the authors' runs.
/// </summary>
public abstract class ShardingExperiment : Experiment<ShardingExperiment.Options, ShardingCell, ShardingRow>
{
    private protected const int Ranks = 4;
    private protected const int SequenceLength = 120;

    private protected static readonly string Errors = FormattableString.Invariant(
        $"times fitted to the authors' encoder layers; leave-one-out error up to {100 * LayerCost.DeepSpeedPadded.LeaveOneOutError:0.#} % (DeepSpeed), {100 * LayerCost.ShardedFused.LeaveOneOutError:0.#} % (fused), {100 * LayerCost.ShardedUnfused.LeaveOneOutError:0.#} % (unfused)"
    );

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions;

    /// <summary>What is varied.</summary>
    private protected abstract Axis Varied { get; }

    /// <summary>The place of a cell on that axis.</summary>
    private protected abstract double X(ShardingCell cell);

    /// <summary>The authors' fused speed-ups (encoder layer), by place.</summary>
    private protected virtual IReadOnlyList<(double X, double Speedup)> Published => [];

    /// <inheritdoc/>
    public override Options For(Scale scale) => scale == Scale.Quick ? new() : new() { Seeds = [1, 2, 3, 4, 5] };

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ShardingRow> MeasureAsync(
        ShardingCell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return await Task.Run(() => Measure(cell, context), cancellationToken);
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<ShardingCell, ShardingRow>> rows)
    {
        yield return new Figure
        {
            Id = "speedup",
            Title = $"MoE layer: DeepSpeed over MoEShard, by {Varied.Label}",
            Caption =
                $"R2 additive skew, 4 ranks, 120 tokens a sequence. At the least capacity factor that drops nothing DeepSpeed is far faster than at the published one. Simulated: {Errors}.",
            X = Varied,
            Y = new Axis("speed-up") { Minimum = 0 },
            Series =
                rows.Count == 0
                    ? []
                    :
                    [
                        Line("fused", r => r.Speedup),
                        Line("unfused", r => r.DeepSpeedMs / r.UnfusedMs),
                        Line("fused, least lossless capacity", r => r.DeepSpeedLeastMs / r.FusedMs),
                    ],
            Marks =
                rows.Count == 0 ? [] : [.. Published.Select(p => new ReferenceMark(p.X, p.Speedup, "paper, fused") { System = "fused" })],
            Provenance = new Provenance(DataOrigin.Generated, HardwareOrigin.Simulated),
        };

        Series Line(string name, Func<ShardingRow, double> value) =>
            new(
                name,
                SeriesKind.Line,
                [
                    .. rows.GroupBy(r => X(r.Cell))
                        .OrderBy(g => g.Key)
                        .Select(g =>
                        {
                            Estimate e = Intervals.OfSeeds(
                                [.. g.Select(r => value(r.Row))],
                                RandomStream.Named("moeshard", name, "bootstrap")
                            );
                            return new SeriesPoint(g.Key, e.Value, e.Low, e.High);
                        }),
                ]
            );
    }

    /// <summary>A claim on a ratio by seed.</summary>
    private protected Claim Ratio(
        string id,
        string text,
        IEnumerable<Measured<ShardingCell, ShardingRow>> rows,
        Func<ShardingRow, double> over,
        Func<ShardingRow, double> under
    )
    {
        Measured<ShardingCell, ShardingRow>[] measured = [.. rows.OrderBy(r => r.Cell.Seed)];
        return Claim
            .Ratio(id, $"{text} (G = 4, k = 1, R2 additive skew, encoder layer, simulated)")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(
                measured.Length == 0
                    ? null
                    : Intervals.PairedRatio(
                        [.. measured.Select(r => over(r.Row))],
                        [.. measured.Select(r => under(r.Row))],
                        RandomStream.Named(Info.Id, id, "bootstrap")
                    )
            );
    }

    /// <summary>The largest speed-up over the smallest, by seed.</summary>
    private protected Claim Flat(string id, string text, IReadOnlyList<Measured<ShardingCell, ShardingRow>> rows)
    {
        double[] spread =
        [
            .. rows.GroupBy(r => r.Cell.Seed).OrderBy(g => g.Key).Select(g => g.Max(r => r.Row.Speedup) / g.Min(r => r.Row.Speedup)),
        ];
        return Claim
            .Value(id, text)
            .StatedWithoutNumber("the authors' files: DeepSpeed's layer takes 177.6 to 178.3 ms at every skew (capacity factor 50)")
            .Accept(1, 1.1)
            .Because($"DeepSpeed's rows follow its capacity factor, not the skew, and MoEShard is balanced by construction; {Errors}")
            .On(DataOrigin.Generated, HardwareOrigin.Simulated)
            .Measured(spread.Length == 0 ? null : Intervals.OfSeeds(spread, RandomStream.Named(Info.Id, id, "bootstrap")));
    }

    private static ShardingRow Measure(ShardingCell cell, CellContext<Options> context)
    {
        int tokens = cell.Batch * SequenceLength;
        TokenCounts counts = new AdditiveSkew(cell.Skew, cell.HotExperts).Counts(Ranks, cell.Experts, tokens, context.Random("tokens"));
        ExpertPlacement placement = ExpertPlacement.Contiguous(Ranks, cell.Experts);
        CapacityScheduler published = new(new() { CapacityFactor = cell.CapacityFactor });
        Schedule schedule = published.Plan(counts, placement);
        double least = CapacityScheduler.LeastLosslessFactor(counts);
        int leastCapacity = new CapacityScheduler(new() { Mode = CapacityMode.MaxCount }).CapacityOf(counts);
        return new(
            1000 * LayerCost.DeepSpeedPadded.Seconds(cell.Experts, (long)schedule.Capacity * cell.Experts),
            least,
            1000 * LayerCost.DeepSpeedPadded.Seconds(cell.Experts, (long)leastCapacity * cell.Experts),
            1000 * LayerCost.ShardedUnfused.Seconds(cell.Experts, tokens),
            1000 * LayerCost.ShardedFused.Seconds(cell.Experts, tokens),
            (double)schedule.Dropped(counts) / counts.Total
        );
    }

    private protected static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
