using CsCheck;
using ResearchKit.Numerics;

namespace ResearchKit.Moe.Tests;

public class ClusterSimulatorTests
{
    private static readonly MoeModel Small = new("small", 8, 64, 128, 1, 0);

    private static readonly EngineProfile Engine = new()
    {
        Name = "test",
        CallSeconds = 1e-3,
        TokenSeconds = 1e-6,
        ExchangeBytesPerSecond = 1e9,
    };

    private static readonly ClusterSpec Cluster = new()
    {
        Name = "test",
        Ranks = 2,
        LatencySeconds = 1e-5,
        HostBytesPerSecond = 1e8,
        HostContention = 1,
        Engine = Engine,
    };

    [Test]
    public void One_layer_equals_the_closed_form()
    {
        // Rank 0 computes experts 0 (1000 tokens) and 1 (500), rank 1 expert 4 (100); rank 0 sends 40, rank 1 sends 700.
        TokenCounts counts = TokenCounts.Of(2, 8, [500, 300, 0, 0, 40, 0, 0, 0, 500, 200, 0, 0, 60, 0, 0, 0]);
        IterationTiming timing = Run(new FixedScheduler(), counts);
        double exchange = 1e-5 + (700 * 256 / 1e9);
        double metadata = 1e-5 + (4.0 * 8 / 1e9);
        double compute = 2e-3 + 1500e-6;
        Assert.That(timing.Seconds, Is.EqualTo(metadata + (2 * exchange) + compute).Within(1e-8));
        LayerTiming layer = timing.Layers[0];
        Assert.That(layer.WaitMs, Is.EqualTo((compute - 1.1e-3) * 1000 / 2).Within(1e-5), "half the ranks wait");
        Assert.That(timing.MaxOverMean[0], Is.EqualTo(1500 / 800.0).Within(1e-12));
    }

    [Test]
    public void A_fetch_overlaps_the_second_resident_and_restores_go_on_behind()
    {
        // By hand: 64 KiB at 1e8 bytes/s: a fetch takes 0.65536 ms. Rank 1: residents 4 (2 ms) and 5 (1.5 ms), fetched 0.
        TokenCounts counts = TokenCounts.Of(2, 8, [0, 0, 0, 0, 0, 0, 0, 0, 400, 0, 0, 0, 1000, 500, 0, 0]);
        IterationTiming timing = Run(new Everything(rank: 1), counts);
        LayerTiming layer = timing.Layers[0];
        Assert.That(layer.Fetches, Is.EqualTo(2), "the fetch and the restore");
        Assert.That(layer.FetchWaitMs, Is.Zero.Within(1e-9));
        Assert.That(layer.ComputeMs, Is.EqualTo((2 + 1.5 + 1.4) / 2).Within(1e-6));
        IterationTiming blocking = Run(new Everything(rank: 1), counts, ExpertFetch.Synchronous);
        Assert.That(blocking.Layers[0].FetchWaitMs, Is.EqualTo(2 * 0.65536 / 2).Within(1e-6));
    }

    [Test]
    public void Without_a_resident_the_first_fetch_is_waited_for()
    {
        TokenCounts counts = TokenCounts.Of(2, 8, [0, 0, 0, 0, 0, 0, 0, 0, 400, 300, 0, 0, 0, 0, 0, 0]);
        LayerTiming layer = Run(new Everything(rank: 1), counts).Layers[0];
        Assert.That(layer.FetchWaitMs, Is.EqualTo(2 * 0.65536 / 2).Within(1e-6), "one slot: nothing overlaps");
    }

    [Test]
    public void Time_of_a_rank_adds_up_and_more_bandwidth_is_never_slower() =>
        Gen.Select(Gen.Int[0, 3000].Array[16], Gen.Double[0.1, 10])
            .Sample(
                (values, factor) =>
                {
                    TokenCounts counts = TokenCounts.Of(2, 8, values);
                    foreach (
                        ITokenScheduler scheduler in new ITokenScheduler[]
                        {
                            new FixedScheduler(),
                            new HarmoenyScheduler(new() { MinimumTokens = 1 }),
                            new EvenSplitScheduler(),
                        }
                    )
                    {
                        IterationTiming timing = Run(scheduler, counts);
                        IterationTiming faster = Run(
                            scheduler,
                            counts,
                            cluster: Cluster with
                            {
                                HostBytesPerSecond = 1e8 * (1 + factor),
                                Engine = Engine with { ExchangeBytesPerSecond = 1e9 * (1 + factor) },
                            }
                        );
                        if (Math.Abs((timing.Seconds * 1000) - timing.Sum.TotalMs) > 1e-5 || faster.Seconds > timing.Seconds + 1e-12)
                        {
                            return false;
                        }
                    }

                    return true;
                },
                iter: 300,
                threads: 1
            );

    [Test]
    public void Padding_costs_what_its_rows_cost()
    {
        TokenCounts counts = new MultinomialSkew(0.5).Counts(2, 8, 400, RandomStream.Named("padding"));
        CapacityScheduler scheduler = new(new() { Mode = CapacityMode.MaxCount });
        LayerTiming layer = Run(scheduler, counts).Layers[0];
        long capacity = scheduler.CapacityOf(counts);
        Assert.That(layer.PaddedRows, Is.EqualTo((capacity * 16) - 800));
        Assert.That(layer.ComputeMs, Is.EqualTo(4 * (1 + (2 * capacity * 1e-3))).Within(1e-6));
        Assert.That(layer.DroppedTokens, Is.Zero);
    }

    [Test]
    public void The_presets_repeat_published_throughputs_within_their_stated_error()
    {
        // HarMoEny on Switch without skew: 211.8 sequences/s at 64 a rank.
        MoeModel model = MoeModel.Switch();
        ClusterSimulator simulator = new(ClusterSpec.Dgx1V100(), model, new("harmoeny", new HarmoenyScheduler()));
        LayerLoad[] layers =
        [
            .. Enumerable
                .Range(0, 12)
                .Select(layer => new LayerLoad(
                    new GiniSkew(0).Counts(8, 128, layer < 6 ? 65_536 : 64, RandomStream.Named("preset")),
                    ExpertPlacement.Contiguous(8, 128),
                    layer < 6
                )),
        ];
        double perSecond = 8 * 64 / simulator.Iterate(layers, 64).Seconds;
        Assert.That(perSecond, Is.EqualTo(211.8).Within(211.8 * EngineProfile.SwitchHarmoeny.LeaveOneOutError));
    }

    [Test]
    public void Wrong_input_is_refused()
    {
        Assert.That(() => Run(new FixedScheduler(), new TokenCounts(3, 8)), Throws.ArgumentException.With.Message.Contains("3 ranks"));
        Assert.That(() => Cluster with { HostBytesPerSecond = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => Run(new Everything(rank: 1), TokenCounts.Of(2, 8, [.. Enumerable.Repeat(1, 16)]), ExpertFetch.None),
            Throws.ArgumentException.With.Message.Contains("nothing is fetched")
        );
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        ClusterSimulator simulator = new(Cluster, Small, new("fixed", new FixedScheduler()));
        LayerLoad load = new(new TokenCounts(2, 8), ExpertPlacement.Contiguous(2, 8));
        Assert.That(() => simulator.Iterate([load], 1, cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private static IterationTiming Run(
        ITokenScheduler scheduler,
        TokenCounts counts,
        ExpertFetch fetch = ExpertFetch.Asynchronous,
        ClusterSpec? cluster = null
    ) =>
        new ClusterSimulator(cluster ?? Cluster, Small, new(scheduler.Name, scheduler) { Fetch = fetch }).Iterate(
            [new LayerLoad(counts, ExpertPlacement.Contiguous(2, 8))],
            0
        );

    /// <summary>All tokens to one rank.</summary>
    private sealed class Everything(int rank) : ITokenScheduler
    {
        public string Name => "everything";

        public bool IsLossless => true;

        public ExpertTransfer Transfer => ExpertTransfer.FromHost;

        public void Plan(TokenCounts counts, ExpertPlacement placement, Schedule schedule)
        {
            schedule.Clear(counts.Ranks, counts.Experts);
            for (int source = 0; source < counts.Ranks; source++)
            {
                for (int expert = 0; expert < counts.Experts; expert++)
                {
                    schedule.Assign(source, expert, rank, counts[source, expert]);
                }
            }
        }
    }
}
