namespace ResearchKit.Moe;

/// <summary>
/// DeepSpeed-MoE: every rank sends c rows for each of the E experts, padded with zeros; later tokens beyond c are dropped. As all ranks know all counts here, they agree on c by construction (where
/// they do not, the exchange hangs).
/// </summary>
/// <param name="options">How c is found; a factor of 1 if null.</param>
public sealed class CapacityScheduler(CapacityOptions? options = null) : ITokenScheduler
{
    /// <summary>The options.</summary>
    public CapacityOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public string Name => "deepspeed";

    /// <inheritdoc/>
    public bool IsLossless => Options.Mode == CapacityMode.MaxCount;

    /// <inheritdoc/>
    public ExpertTransfer Transfer => ExpertTransfer.None;

    /// <summary>c for these counts.</summary>
    /// <param name="counts">C[g, e].</param>
    public int CapacityOf(TokenCounts counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (Options.Mode != CapacityMode.CapacityFactor)
        {
            int largest = 0;
            foreach (int count in counts.Values)
            {
                largest = Math.Max(largest, count);
            }

            return Options.Mode == CapacityMode.MaxCountCapped ? Math.Min(largest, Options.Cap) : largest;
        }

        long tokens = 0;
        for (int rank = 0; rank < counts.Ranks; rank++)
        {
            long sum = 0;
            foreach (int count in counts.Of(rank))
            {
                sum += count;
            }

            tokens = Math.Max(tokens, sum);
        }

        return checked((int)Math.Max(Math.Ceiling((double)tokens / counts.Experts * Options.CapacityFactor), Options.LeastCapacity));
    }

    /// <summary>The least capacity factor at which nothing is dropped.</summary>
    /// <param name="counts">C[g, e].</param>
    /// <returns>max C[g, e] over an even share of the largest rank's tokens; 1 without tokens.</returns>
    public static double LeastLosslessFactor(TokenCounts counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        int largest = new CapacityScheduler(new() { Mode = CapacityMode.MaxCount }).CapacityOf(counts);
        long tokens = Enumerable.Range(0, counts.Ranks).Max(rank => counts.Of(rank).ToArray().Sum(static count => (long)count));
        return tokens == 0 ? 1 : (double)largest * counts.Experts / tokens;
    }

    /// <inheritdoc/>
    public void Plan(TokenCounts counts, ExpertPlacement placement, Schedule schedule)
    {
        FixedScheduler.Fill(counts, placement, schedule);
        int capacity = CapacityOf(counts);
        schedule.Capacity = capacity;
        for (int expert = 0; expert < counts.Experts; expert++)
        {
            foreach (int holder in placement.RanksOf(expert))
            {
                for (int source = 0; source < counts.Ranks; source++)
                {
                    int surplus = schedule[source, expert, holder] - capacity;
                    if (surplus > 0)
                    {
                        schedule.Remove(source, expert, holder, surplus);
                    }
                }
            }
        }
    }
}
