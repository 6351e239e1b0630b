namespace ResearchKit.Moe.Tests;

public class SchedulerTests
{
    // Three small cases of our own, worked out by hand with the rule as stated in docs/harmoeny.md.
    [Test]
    public void Published_takes_all_of_the_sender_and_capped_only_the_surplus()
    {
        // Loads 30, 6, 6: average 14. The surplus is 16, but the receiver has room for 8, then the other for 8.
        TokenCounts counts = TokenCounts.Of(
            new[,]
            {
                { 20, 0, 0 },
                { 10, 6, 0 },
                { 0, 0, 6 },
            }
        );
        ExpertPlacement placement = ExpertPlacement.Contiguous(3, 3);
        Schedule schedule = new HarmoenyScheduler(new() { MinimumTokens = 1 }).Plan(counts, placement);
        Assert.That(schedule.Loads.ToArray(), Is.EqualTo(new[] { 14, 14, 14 }));
        Assert.That(schedule[0, 0, 1], Is.EqualTo(8));
        Assert.That(schedule[0, 0, 2] + schedule[1, 0, 2], Is.EqualTo(8));
    }

    [Test]
    public void The_giver_may_fall_below_the_average_only_as_published()
    {
        // Average 10, loads 12 and 8... with three ranks 12, 14, 4: the hottest gives its largest sender's 6 of 4 surplus.
        TokenCounts counts = TokenCounts.Of(
            new[,]
            {
                { 12, 8, 0 },
                { 0, 6, 0 },
                { 0, 0, 4 },
            }
        );
        ExpertPlacement placement = ExpertPlacement.Contiguous(3, 3);
        int[] published = new HarmoenyScheduler(new() { MinimumTokens = 6 }).Plan(counts, placement).Loads.ToArray();
        int[] capped = new HarmoenyScheduler(new() { MinimumTokens = 6, Mode = HarmoenyMode.Capped })
            .Plan(counts, placement)
            .Loads.ToArray();
        Assert.That(published, Is.EqualTo(new[] { 12, 8, 10 }));
        Assert.That(capped, Is.EqualTo(new[] { 12, 10, 8 }));
    }

    [Test]
    public void A_threshold_above_every_expert_moves_nothing()
    {
        TokenCounts counts = TokenCounts.Of(
            new[,]
            {
                { 50, 2 },
                { 40, 1 },
            }
        );
        Schedule schedule = new HarmoenyScheduler(new() { MinimumTokens = 91 }).Plan(counts, ExpertPlacement.Contiguous(2, 2));
        Assert.That(schedule.Loads.ToArray(), Is.EqualTo(new[] { 90, 3 }));
    }

    [Test]
    public void A_capacity_pads_and_drops_later_tokens()
    {
        TokenCounts counts = TokenCounts.Of(
            new[,]
            {
                { 6, 2 },
                { 1, 7 },
            }
        );
        CapacityScheduler scheduler = new(new() { CapacityFactor = 1.25, LeastCapacity = 1 });
        Schedule schedule = scheduler.Plan(counts, ExpertPlacement.Contiguous(2, 2));
        Assert.That(schedule.Capacity, Is.EqualTo(5));
        Assert.That(schedule.Dropped(counts), Is.EqualTo(3));
        Assert.That(CapacityScheduler.LeastLosslessFactor(counts), Is.EqualTo(1.75));
        Assert.That(new CapacityScheduler(new() { Mode = CapacityMode.MaxCount }).CapacityOf(counts), Is.EqualTo(7));
        Assert.That(new CapacityScheduler(new() { Mode = CapacityMode.MaxCountCapped, Cap = 4 }).CapacityOf(counts), Is.EqualTo(4));
    }

    [Test]
    public void Tokens_of_a_replicated_expert_are_divided()
    {
        ExpertPlacement placement = ExpertPlacement.OfReplicas(
            [
                [0, 1],
                [0],
            ],
            2
        );
        Schedule schedule = new FixedScheduler().Plan(
            TokenCounts.Of(
                new[,]
                {
                    { 5, 1 },
                    { 4, 0 },
                }
            ),
            placement
        );
        Assert.That(schedule.Loads.ToArray(), Is.EqualTo(new[] { 6, 4 }));
    }

    [Test]
    public void Wrong_input_is_refused_with_what_is_wrong()
    {
        Assert.That(() => new HarmoenyOptions { MinimumTokens = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new CapacityOptions { CapacityFactor = double.NaN }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new FixedScheduler().Plan(new TokenCounts(2, 4), ExpertPlacement.Contiguous(2, 6), new Schedule()),
            Throws.ArgumentException.With.Message.Contains("6 experts on 2 ranks")
        );
        Assert.That(
            () => TokenCounts.Of(2, 2, [1, 2, -3, 4]),
            Throws.ArgumentException.With.Message.Contains("Rank 1 has -3 tokens for expert 0")
        );
        Assert.That(() => TokenCounts.Of(1, 2, [int.MaxValue, 1]), Throws.ArgumentException.With.Message.Contains("split the batch"));
        Schedule schedule = new FixedScheduler().Plan(
            TokenCounts.Of(
                new[,]
                {
                    { 5, 1 },
                    { 4, 0 },
                }
            ),
            ExpertPlacement.Contiguous(2, 2)
        );
        Assert.That(() => schedule.Move(0, 0, 0, 1, 6), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => schedule[0, 0, 2], Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void No_tokens_at_all_is_a_schedule_too()
    {
        foreach (ITokenScheduler scheduler in TokenSchedulers.Known.All)
        {
            Assert.That(scheduler.Plan(new TokenCounts(3, 6), ExpertPlacement.Contiguous(3, 6)).Total, Is.Zero, scheduler.Name);
        }
    }
}
