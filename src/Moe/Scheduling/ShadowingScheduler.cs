namespace ResearchKit.Moe;

/// <summary>
/// FasterMoE's shadowing: the weights of the most popular experts are sent to all ranks, and every rank computes its own tokens for them. An expert is shadowed as long as that lowers the
/// predicted time of the layer, the most popular first.
/// </summary>
/// <param name="options">The machine and the model; Switch on the authors' if null.</param>
public sealed class ShadowingScheduler(ShadowingOptions? options = null) : ITokenScheduler
{
    /// <summary>The options.</summary>
    public ShadowingOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public string Name => Options.AsShipped ? "fastermoe-as-shipped" : "fastermoe";

    /// <inheritdoc/>
    public bool IsLossless => true;

    /// <inheritdoc/>
    public ExpertTransfer Transfer => ExpertTransfer.Broadcast;

    /// <inheritdoc/>
    public void Plan(TokenCounts counts, ExpertPlacement placement, Schedule schedule)
    {
        FixedScheduler.Fill(counts, placement, schedule);
        foreach (int expert in Shadowed(counts))
        {
            for (int source = 0; source < counts.Ranks; source++)
            {
                foreach (int holder in placement.RanksOf(expert))
                {
                    schedule.Move(source, expert, holder, source, schedule[source, expert, holder]);
                }
            }
        }
    }

    /// <summary>The experts to shadow, the most popular first.</summary>
    /// <param name="counts">C[g, e].</param>
    public IReadOnlyList<int> Shadowed(TokenCounts counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        long[] tokens = Options.AsShipped
            ? [.. Enumerable.Range(0, counts.Ranks).Select(rank => counts.Of(rank).ToArray().Sum(static count => (long)count))]
            : [.. Enumerable.Range(0, counts.Experts).Select(counts.OfExpert)];
        double hidden = Options.Alpha * Options.ModelWidth * Options.ModelWidth;
        double features = 4.0 * Options.ModelWidth / Options.NetBytesPerSecond;
        double model = 2 * hidden * 4 / Options.NetBytesPerSecond;
        double compute = 4 * hidden / Options.GemmFlops;
        double perToken = Options.Training ? (3 * compute) + (4 * features) : compute + (2 * features);
        int[] order = [.. Enumerable.Range(0, tokens.Length).OrderByDescending(expert => tokens[expert])];
        List<int> shadowed = [];
        double best = perToken * tokens[order[0]];
        double cost = 0;
        for (int i = 0; i + 1 < order.Length; i++)
        {
            cost += model;
            double next = (perToken * tokens[order[i + 1]]) + cost;
            if (next >= best)
            {
                break;
            }

            best = next;
            shadowed.Add(order[i]);
        }

        // As shipped the sums are by rank, so what is found are ranks' numbers read as experts.
        return [.. shadowed.Where(expert => expert < counts.Experts)];
    }
}
