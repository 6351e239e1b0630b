using CsCheck;

namespace ResearchKit.Moe.Tests;

public class SchedulerPropertyTests
{
    private static readonly Gen<TokenCounts> AnyCounts = Gen.Select(Gen.Int[1, 6], Gen.Int[1, 4])
        .SelectMany(
            (ranks, perRank) =>
                Gen.OneOf(Gen.Int[0, 5], Gen.Int[0, 500], Gen.Const(0))
                    .Array[ranks * ranks * perRank]
                    .Select(values => TokenCounts.Of(ranks, ranks * perRank, values))
        );

    private static readonly ITokenScheduler[] All =
    [
        .. TokenSchedulers.Known.All,
        new HarmoenyScheduler(new() { MinimumTokens = 1 }),
        new HarmoenyScheduler(new() { MinimumTokens = 7, Mode = HarmoenyMode.Capped }),
        new CapacityScheduler(new() { Mode = CapacityMode.MaxCount }),
        new CapacityScheduler(new() { Mode = CapacityMode.MaxCountCapped, Cap = 20 }),
    ];

    [Test]
    public void Every_token_is_computed_once_or_counted_as_dropped() =>
        AnyCounts.Sample(
            counts =>
            {
                ExpertPlacement placement = ExpertPlacement.Contiguous(counts.Ranks, counts.Experts);
                foreach (ITokenScheduler scheduler in All)
                {
                    Schedule schedule = scheduler.Plan(counts, placement);
                    long dropped = schedule.Dropped(counts);
                    if (schedule.Total + dropped != counts.Total || (scheduler.IsLossless && dropped != 0))
                    {
                        return false;
                    }
                }

                return true;
            },
            iter: 500
        );

    [Test]
    public void A_used_schedule_gives_the_same_plan()
    {
        Schedule used = new();
        AnyCounts.Sample(
            counts =>
            {
                ExpertPlacement placement = ExpertPlacement.RoundRobin(counts.Ranks, counts.Experts);
                foreach (ITokenScheduler scheduler in All)
                {
                    scheduler.Plan(counts, placement, used);
                    if (!used.Entries().SequenceEqual(scheduler.Plan(counts, placement).Entries()))
                    {
                        return false;
                    }
                }

                return true;
            },
            iter: 200,
            threads: 1
        );
    }

    [TestCase(HarmoenyMode.Published)]
    [TestCase(HarmoenyMode.Capped)]
    public void HarMoEny_ends_and_no_receiver_exceeds_the_average(HarmoenyMode mode) =>
        Gen.Select(AnyCounts, Gen.Int[1, 100])
            .Sample(
                (counts, q) =>
                {
                    ExpertPlacement placement = ExpertPlacement.Contiguous(counts.Ranks, counts.Experts);
                    int[] before = new FixedScheduler().Plan(counts, placement).Loads.ToArray();
                    int[] after = new HarmoenyScheduler(new() { MinimumTokens = q, Mode = mode }).Plan(counts, placement).Loads.ToArray();
                    long average = counts.Total / counts.Ranks;
                    return after.Max() <= before.Max()
                        && after.Zip(before).All(pair => pair.First <= Math.Max(average, pair.Second))
                        && (mode == HarmoenyMode.Published || after.Zip(before).All(pair => pair.First >= Math.Min(average, pair.Second)));
                },
                iter: 50_000
            );

    [Test]
    public void Without_a_threshold_all_ranks_are_level()
    {
        TokenCounts counts = new GiniSkew(0.9).Counts(8, 128, 4096, Numerics.RandomStream.Named("level"));
        Schedule schedule = new HarmoenyScheduler(new() { MinimumTokens = 1 }).Plan(counts, ExpertPlacement.Contiguous(8, 128));
        Assert.That(schedule.Loads.ToArray(), Is.All.EqualTo(4096));
    }

    [Test]
    public void Planning_again_allocates_nothing()
    {
        TokenCounts counts = new MultinomialSkew(0.7, 3).Counts(8, 128, 4096, Numerics.RandomStream.Named("allocations"));
        ExpertPlacement placement = ExpertPlacement.Contiguous(8, 128);
        HarmoenyScheduler scheduler = new(new() { MinimumTokens = 64 });
        Schedule schedule = new();
        for (int i = 0; i < 3; i++)
        {
            scheduler.Plan(counts, placement, schedule);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
        {
            scheduler.Plan(counts, placement, schedule);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Ranks_relabelled_permute_the_loads_where_nothing_is_tied()
    {
        // Distinct totals on all ranks, and distinct senders.
        int[,] table =
        {
            { 90, 3, 11, 2 },
            { 70, 5, 17, 1 },
        };
        int[,] swapped =
        {
            { 11, 2, 90, 3 },
            { 17, 1, 70, 5 },
        };
        HarmoenyScheduler scheduler = new(new() { MinimumTokens = 1 });
        ExpertPlacement placement = ExpertPlacement.Contiguous(2, 4);
        int[] loads = scheduler.Plan(TokenCounts.Of(table), placement).Loads.ToArray();
        int[] others = scheduler.Plan(TokenCounts.Of(swapped), placement).Loads.ToArray();
        Assert.That(others, Is.EqualTo(loads.Reverse()));
    }
}
