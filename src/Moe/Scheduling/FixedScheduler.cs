namespace ResearchKit.Moe;

/// <summary>
/// Plain expert parallelism: tokens go to the rank that holds their expert (the policy "deepspeed" of HarMoEny's ablation, and FastMoE's exchange). Where an expert has replicas, the tokens of
/// each rank are divided evenly among them, the remainder to the first.
/// </summary>
public sealed class FixedScheduler : ITokenScheduler
{
    /// <inheritdoc/>
    public string Name => "fixed";

    /// <inheritdoc/>
    public bool IsLossless => true;

    /// <inheritdoc/>
    public ExpertTransfer Transfer => ExpertTransfer.None;

    /// <inheritdoc/>
    public void Plan(TokenCounts counts, ExpertPlacement placement, Schedule schedule) => Fill(counts, placement, schedule);

    /// <summary>The schedule that all others start from.</summary>
    internal static void Fill(TokenCounts counts, ExpertPlacement placement, Schedule schedule)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(placement);
        ArgumentNullException.ThrowIfNull(schedule);
        if (placement.Ranks != counts.Ranks || placement.Experts != counts.Experts)
        {
            throw new ArgumentException(
                $"The placement is of {placement.Experts} experts on {placement.Ranks} ranks, the counts are of {counts.Experts} on {counts.Ranks}.",
                nameof(placement)
            );
        }

        schedule.Clear(counts.Ranks, counts.Experts);
        for (int expert = 0; expert < counts.Experts; expert++)
        {
            ReadOnlySpan<int> holders = placement.RanksOf(expert);
            for (int source = 0; source < counts.Ranks; source++)
            {
                int tokens = counts.Values[(source * counts.Experts) + expert];
                if (holders.Length == 1)
                {
                    schedule.Assign(source, expert, holders[0], tokens);
                    continue;
                }

                (int share, int rest) = Math.DivRem(tokens, holders.Length);
                for (int i = 0; i < holders.Length; i++)
                {
                    schedule.Assign(source, expert, holders[i], share + (i < rest ? 1 : 0));
                }
            }
        }
    }
}
