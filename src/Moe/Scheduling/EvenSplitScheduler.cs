namespace ResearchKit.Moe;

/// <summary>
/// The tokens that each rank has for each expert are divided over all ranks, the remainder to ranks 0, 1, ...: loads are nearly equal, and nearly every rank fetches nearly every expert
/// (a policy of HarMoEny's ablation).
/// </summary>
public sealed class EvenSplitScheduler : ITokenScheduler
{
    /// <inheritdoc/>
    public string Name => "even-split";

    /// <inheritdoc/>
    public bool IsLossless => true;

    /// <inheritdoc/>
    public ExpertTransfer Transfer => ExpertTransfer.FromHost;

    /// <inheritdoc/>
    public void Plan(TokenCounts counts, ExpertPlacement placement, Schedule schedule)
    {
        FixedScheduler.Fill(counts, placement, schedule);
        schedule.Clear(counts.Ranks, counts.Experts);
        for (int source = 0; source < counts.Ranks; source++)
        {
            ReadOnlySpan<int> row = counts.Of(source);
            for (int expert = 0; expert < row.Length; expert++)
            {
                (int share, int rest) = Math.DivRem(row[expert], counts.Ranks);
                for (int destination = 0; destination < counts.Ranks; destination++)
                {
                    schedule.Assign(source, expert, destination, share + (destination < rest ? 1 : 0));
                }
            }
        }
    }
}
