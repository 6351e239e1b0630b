namespace ResearchKit.Moe;

/// <summary>
/// HarMoEny (arXiv:2506.12417): surplus tokens of the most loaded rank go to the least loaded one, even if that rank does not hold their expert: it fetches the weights while it computes
/// something else. Moves smaller than q do not pay for a fetch and are not made.
/// </summary>
/// <remarks>
/// Ends after at most sum of max(0, L[r] - avg) moves: each takes at least one token from a rank above the average, and no receiver ever exceeds it.
/// </remarks>
/// <param name="options">q and the mode; the authors' if null.</param>
public sealed class HarmoenyScheduler(HarmoenyOptions? options = null) : ITokenScheduler
{
    /// <summary>The options.</summary>
    public HarmoenyOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public string Name => "harmoeny";

    /// <inheritdoc/>
    public bool IsLossless => true;

    /// <inheritdoc/>
    public ExpertTransfer Transfer => ExpertTransfer.FromHost;

    /// <inheritdoc/>
    public void Plan(TokenCounts counts, ExpertPlacement placement, Schedule schedule)
    {
        FixedScheduler.Fill(counts, placement, schedule);
        int average = (int)(schedule.Total / schedule.Ranks);
        while (true)
        {
            (int most, int least) = Extremes(schedule.Loads);
            if (schedule.Loads[most] <= average || most == least || (long)schedule.Loads[least] + Options.MinimumTokens > average)
            {
                return;
            }

            int expert = LargestExpert(schedule, most);
            if (schedule.TokensOf(expert, most) < Options.MinimumTokens)
            {
                return;
            }

            Move(schedule, expert, most, least, average);
        }
    }

    private void Move(Schedule schedule, int expert, int from, int to, int average)
    {
        int over = schedule.Loads[from] - average;
        while (over > 0 && average > schedule.Loads[to])
        {
            (int source, int tokens) = LargestSender(schedule.BySource(expert, from));
            if (tokens <= 0)
            {
                return;
            }

            int moved = Math.Min(tokens, average - schedule.Loads[to]);
            if (Options.Mode == HarmoenyMode.Capped)
            {
                moved = Math.Min(moved, over);
            }

            schedule.Move(source, expert, from, to, moved);
            over -= moved;
        }
    }

    private static (int Most, int Least) Extremes(ReadOnlySpan<int> loads)
    {
        int most = 0;
        int least = 0;
        for (int rank = 1; rank < loads.Length; rank++)
        {
            most = loads[rank] > loads[most] ? rank : most;
            least = loads[rank] < loads[least] ? rank : least;
        }

        return (most, least);
    }

    private static int LargestExpert(Schedule schedule, int rank)
    {
        int largest = 0;
        int tokens = schedule.TokensOf(0, rank);
        for (int expert = 1; expert < schedule.Experts; expert++)
        {
            int candidate = schedule.TokensOf(expert, rank);
            if (candidate > tokens)
            {
                (largest, tokens) = (expert, candidate);
            }
        }

        return largest;
    }

    private static (int Source, int Tokens) LargestSender(ReadOnlySpan<int> bySource)
    {
        int largest = 0;
        for (int source = 1; source < bySource.Length; source++)
        {
            largest = bySource[source] > bySource[largest] ? source : largest;
        }

        return (largest, bySource[largest]);
    }
}
