using ResearchKit.Experiments;

namespace ResearchKit.Moe;

/// <summary>The schedulers that the library knows, with their defaults.</summary>
public static class TokenSchedulers
{
    /// <summary>HarMoEny and its baselines; <see cref="Family{T}"/> takes one's own beside them.</summary>
    public static Family<ITokenScheduler> Known { get; } =
        new([
            new HarmoenyScheduler(),
            new FixedScheduler(),
            new EvenSplitScheduler(),
            new DropScheduler(),
            new CapacityScheduler(),
            new ShadowingScheduler(),
            new ShadowingScheduler(new() { AsShipped = true }),
        ]);

    /// <summary>Plans into a new schedule.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="counts">C[g, e].</param>
    /// <param name="placement">Which rank holds which expert.</param>
    /// <exception cref="ArgumentException">Counts and placement are of different sizes.</exception>
    public static Schedule Plan(this ITokenScheduler scheduler, TokenCounts counts, ExpertPlacement placement)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        Schedule schedule = new();
        scheduler.Plan(counts, placement, schedule);
        return schedule;
    }
}
