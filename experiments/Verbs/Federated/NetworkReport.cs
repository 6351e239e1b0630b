using ResearchKit.Federated.Decentralized;
using ResearchKit.Federated.Deployment;

namespace ResearchKit.Papers.Verbs;

/// <summary>What a network did.</summary>
/// <param name="Rounds">Different rounds closed.</param>
/// <param name="LastRound">The highest of them.</param>
/// <param name="TimeS">Seconds.</param>
/// <param name="Accuracy">Of the average of the last round.</param>
/// <param name="Duplicates">Rounds closed by more than one aggregator.</param>
/// <param name="Lineages">Different averages of the last round: more than one means that a partition has left two histories.</param>
/// <param name="AggregatorsLost">How often an aggregator was given up.</param>
/// <param name="Rejected">Messages and models rejected, all processes together, as far as they ended in order.</param>
/// <param name="FailedCalls">Calls without an answer.</param>
/// <param name="NotFinite">Averages whose accuracy is no number.</param>
internal sealed record NetworkReport(
    int Rounds,
    int LastRound,
    double TimeS,
    double Accuracy,
    int Duplicates,
    int Lineages,
    int AggregatorsLost,
    int Rejected,
    int FailedCalls,
    int NotFinite
)
{
    internal static NetworkReport Of(IReadOnlyList<PeerReport> reports, double seconds)
    {
        PeerReport[] rounds = [.. reports.Where(r => r.What == "round")];
        int last = rounds.Select(r => r.Round).DefaultIfEmpty(0).Max();
        return new(
            rounds.Select(r => r.Round).Distinct().Count(),
            last,
            seconds,
            rounds.Where(r => r.Round == last).Select(r => r.Accuracy ?? 0).DefaultIfEmpty(0).Max(),
            rounds.GroupBy(r => r.Round).Count(g => g.Count() > 1),
            rounds.Where(r => r.Round == last).Select(r => r.Digest).Distinct().Count(),
            reports.Count(r => r.What == nameof(PlexusEvent.AggregatorLost)),
            reports.Where(r => r.What.StartsWith("rejected", StringComparison.Ordinal)).Sum(r => r.Round),
            reports.Where(r => r.What == "failed calls").Sum(r => r.Round),
            rounds.Count(r => r.Accuracy is not { } accuracy || !double.IsFinite(accuracy))
        );
    }
}
