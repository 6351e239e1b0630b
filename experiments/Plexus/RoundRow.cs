using ResearchKit.Federated.Decentralized;
using ResearchKit.Metrics;

namespace ResearchKit.Papers.Plexus;

/// <summary>The rounds of a run.</summary>
/// <param name="Rounds">Rounds closed.</param>
/// <param name="MedianRoundS">The median time between the closings of rounds.</param>
/// <param name="MeanRoundS">The mean.</param>
/// <param name="P95RoundS">The 95th percentile.</param>
/// <param name="StartedPerRound">Model transfers started a round.</param>
/// <param name="FinishedPerRound">Model transfers finished a round.</param>
/// <param name="TrainingSPerRound">Seconds trained a round, all nodes together.</param>
/// <param name="MeanSearchS">The mean time to find live nodes.</param>
/// <param name="DuplicateShare">Rounds closed by more than one aggregator, as a share.</param>
/// <param name="RoundsToTarget">Rounds to the target accuracy; not a number if it was not reached, or nothing was learned.</param>
/// <param name="BestAccuracy">The best accuracy; 0 if nothing was learned.</param>
public sealed record RoundRow(
    int Rounds,
    double MedianRoundS,
    double MeanRoundS,
    double P95RoundS,
    double StartedPerRound,
    double FinishedPerRound,
    double TrainingSPerRound,
    double MeanSearchS,
    double DuplicateShare,
    double RoundsToTarget,
    double BestAccuracy
)
{
    internal static RoundRow Of(SimulationResult run, double target = double.NaN)
    {
        double[] durations = [.. run.RoundDurations()];
        int rounds = run.Rounds.Select(r => r.Round).Distinct().Count();
        return new(
            rounds,
            durations.Length == 0 ? double.NaN : Quantiles.Median(durations),
            durations.Length == 0 ? double.NaN : durations.Average(),
            durations.Length == 0 ? double.NaN : Quantiles.Of(durations, 0.95),
            run.Transfers.Started / (double)Math.Max(1, rounds),
            run.Transfers.Finished / (double)Math.Max(1, rounds),
            run.TrainingS.Sum() / Math.Max(1, rounds),
            run.SearchS.Count == 0 ? double.NaN : run.SearchS.Average(),
            1 - (rounds / (double)Math.Max(1, run.Rounds.Count)),
            run.FirstAt(target)?.Round ?? double.NaN,
            run.BestAccuracy
        );
    }
}
