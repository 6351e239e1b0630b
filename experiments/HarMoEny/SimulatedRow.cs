using ResearchKit.Metrics;
using ResearchKit.Moe;

namespace ResearchKit.Papers.HarMoEny;

/// <summary>A simulated system on one workload.</summary>
/// <param name="System">The system.</param>
/// <param name="SequencesPerRank">Its batch.</param>
/// <param name="SequencesPerSecond">Throughput over all ranks.</param>
/// <param name="FirstTokenMs">From the batch's start to its end.</param>
/// <param name="FullMaxOverMean">The largest load over the mean, mean over layers that see whole sequences.</param>
/// <param name="DecodeMaxOverMean">The same over layers that see one token a sequence; 1 if there is none.</param>
/// <param name="WaitShare">The share of the ranks' time spent waiting for the slowest.</param>
/// <param name="Fetches">Experts fetched, restores included, all ranks.</param>
/// <param name="DroppedShare">The share of tokens not computed.</param>
/// <param name="PublishedPerSecond">The authors' throughput at this batch and skew; NaN if there is none.</param>
public sealed record SimulatedRow(
    string System,
    double SequencesPerRank,
    double SequencesPerSecond,
    double FirstTokenMs,
    double FullMaxOverMean,
    double DecodeMaxOverMean,
    double WaitShare,
    long Fetches,
    double DroppedShare,
    double PublishedPerSecond
)
{
    internal static SimulatedRow Of(
        HarmoenyModel model,
        ClusterSpec cluster,
        SimulatedSystem system,
        IReadOnlyList<LayerLoad> layers,
        double batch,
        double? published,
        CancellationToken cancellationToken
    )
    {
        ClusterSimulator simulator = new(cluster, model.Model, system);
        IterationTiming timing = simulator.Iterate(layers, batch, cancellationToken);
        int full = model.Model.FullLayers;
        LayerTiming sum = timing.Sum;
        return new(
            system.Name,
            batch,
            model.Ranks * batch / timing.Seconds,
            timing.Seconds * 1000,
            timing.MaxOverMean.Take(full).Average(),
            model.Model.DecodeLayers == 0 ? 1 : timing.MaxOverMean.Skip(full).Average(),
            sum.WaitMs / sum.TotalMs,
            sum.Fetches,
            (double)sum.DroppedTokens / Math.Max(1, sum.DroppedTokens + sum.Tokens),
            published ?? double.NaN
        );
    }

    internal static Estimate? Deterministic(double? value) =>
        value is { } v ? new Estimate(v, v, v, 0, 1, IntervalMethod.Deterministic) : null;
}
