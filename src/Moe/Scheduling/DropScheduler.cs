namespace ResearchKit.Moe;

/// <summary>
/// Tokens above the average load are dropped, from the largest (rank, expert) first: the upper bound of HarMoEny's ablation, as it balances without moving weights. Not lossless.
/// </summary>
public sealed class DropScheduler : ITokenScheduler
{
    /// <inheritdoc/>
    public string Name => "drop";

    /// <inheritdoc/>
    public bool IsLossless => false;

    /// <inheritdoc/>
    public ExpertTransfer Transfer => ExpertTransfer.None;

    /// <inheritdoc/>
    public void Plan(TokenCounts counts, ExpertPlacement placement, Schedule schedule)
    {
        FixedScheduler.Fill(counts, placement, schedule);
        int average = (int)(schedule.Total / schedule.Ranks);
        for (int rank = 0; rank < schedule.Ranks; rank++)
        {
            while (schedule.Loads[rank] > average)
            {
                (int source, int expert, int tokens) = Largest(schedule, rank);
                schedule.Remove(source, expert, rank, Math.Min(schedule.Loads[rank] - average, tokens));
            }
        }
    }

    private static (int Source, int Expert, int Tokens) Largest(Schedule schedule, int rank)
    {
        (int Source, int Expert, int Tokens) largest = (0, 0, -1);
        for (int expert = 0; expert < schedule.Experts; expert++)
        {
            ReadOnlySpan<int> tokens = schedule.BySource(expert, rank);
            for (int source = 0; source < tokens.Length; source++)
            {
                // Ties: the lowest rank, then the lowest expert.
                if (tokens[source] > largest.Tokens || (tokens[source] == largest.Tokens && source < largest.Source))
                {
                    largest = (source, expert, tokens[source]);
                }
            }
        }

        return largest;
    }
}
