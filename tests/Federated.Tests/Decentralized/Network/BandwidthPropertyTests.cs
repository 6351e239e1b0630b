using CsCheck;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Tests.Decentralized.Network;

/// <summary>What holds for both ways of sharing bandwidth.</summary>
public class BandwidthPropertyTests
{
    private static readonly Gen<(int From, int To, long Bytes, double At)[]> Loads = Gen.Select(
            Gen.Int[0, 5],
            Gen.Int[1, 5],
            Gen.Long[1, 100_000],
            Gen.Double[0, 20]
        )
        .Select((from, step, bytes, at) => (from, (from + step) % 6, bytes, at))
        .Array[1, 25];

    [TestCase(BandwidthSharing.GreedyFifo)]
    [TestCase(BandwidthSharing.MaxMinFair)]
    public void All_bytes_arrive_within_the_limits(BandwidthSharing sharing)
    {
        Gen.Select(Loads, Gen.Double[1000, 50_000].Array[6])
            .Sample(
                (load, limits) =>
                {
                    EndedTransfer[] ended = Run(sharing, load, limits, []);
                    if (ended.Length != load.Length || ended.Any(e => !e.IsWhole || e.Transferred != e.Bytes))
                    {
                        return false;
                    }

                    // Over any stretch of time no side carries more than its limit allows.
                    return Enumerable
                        .Range(0, 6)
                        .All(node =>
                            IsWithin(ended.Where(e => e.From == node), limits[node])
                            && IsWithin(ended.Where(e => e.To == node), limits[node])
                        );
                },
                iter: 300
            );
    }

    [Test]
    public void Alone_both_take_the_tighter_side()
    {
        Gen.Select(Gen.Long[1, 1_000_000], Gen.Double[1000, 50_000], Gen.Double[1000, 50_000])
            .Sample(
                (bytes, a, b) =>
                {
                    double expected = bytes / Math.Min(a, b);
                    return new[] { BandwidthSharing.GreedyFifo, BandwidthSharing.MaxMinFair }.All(sharing =>
                        Math.Abs(Run(sharing, [(0, 1, bytes, 0)], [a, b], []).Single().Ended.Seconds - expected) < 1e-6
                    );
                },
                iter: 200
            );
    }

    [Test]
    public void Fair_shares_are_equal_on_the_side_that_is_full()
    {
        // Three equal flows out of one node end together; the fourth, elsewhere, is not slowed down.
        EndedTransfer[] ended = Run(
            BandwidthSharing.MaxMinFair,
            [(0, 1, 3000, 0), (0, 2, 3000, 0), (0, 3, 3000, 0), (4, 1, 3000, 0)],
            [3000, 4000, 3000, 3000, 3000],
            []
        );
        Assert.That(ended.Where(e => e.From == 0).Select(e => e.Ended.Seconds), Is.All.EqualTo(3).Within(1e-6));
        Assert.That(ended.Single(e => e.From == 4).Ended.Seconds, Is.EqualTo(1).Within(1e-6));
    }

    [TestCase(BandwidthSharing.GreedyFifo)]
    [TestCase(BandwidthSharing.MaxMinFair)]
    public void A_node_that_goes_fails_its_transfers_and_frees_the_others(BandwidthSharing sharing)
    {
        Gen.Select(Loads, Gen.Double[0.1, 20])
            .Sample(
                (load, at) =>
                {
                    EndedTransfer[] ended = Run(sharing, load, [5000, 5000, 5000, 5000, 5000, 5000], [(at, 0)]);
                    return ended.Length == load.Length
                        && ended.All(e => e.IsWhole || ((e.From == 0 || e.To == 0) && Math.Abs(e.Ended.Seconds - at) < 1e-6))
                        && ended.All(e => e.Transferred >= 0 && e.Transferred <= e.Bytes);
                },
                iter: 200
            );
    }

    private static bool IsWithin(IEnumerable<EndedTransfer> transfers, double limit)
    {
        EndedTransfer[] all = [.. transfers];
        foreach (EndedTransfer first in all)
        {
            foreach (EndedTransfer last in all)
            {
                double length = (last.Ended - first.Started!.Value).Seconds;
                double carried = all.Where(e => e.Started >= first.Started && e.Ended <= last.Ended).Sum(e => (double)e.Bytes);
                if (length > 0 && carried > (limit * length * (1 + 1e-9)) + 1)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static EndedTransfer[] Run(
        BandwidthSharing sharing,
        (int From, int To, long Bytes, double At)[] load,
        double[] limits,
        (double At, int Node)[] kills
    )
    {
        const int Ask = 1;
        const int Kill = 2;
        const int Done = 3;
        EventQueue events = new();
        List<EndedTransfer> ended = [];
        BandwidthModel network = BandwidthModel.Of(sharing, new(events, Done, limits, limits), ended.Add);
        for (int i = 0; i < load.Length; i++)
        {
            events.Schedule(VirtualTime.FromSeconds(load[i].At), Ask, 0, i);
        }

        foreach ((double at, int node) in kills)
        {
            events.Schedule(VirtualTime.FromSeconds(at), Kill, node);
        }

        while (events.TryDequeue(out SimulationEvent next))
        {
            switch (next.Kind)
            {
                case Ask:
                    (int from, int to, long bytes, _) = load[next.Payload];
                    network.Start(from, to, bytes, next.Payload);
                    break;
                case Kill:
                    network.Kill(next.Node);
                    break;
                default:
                    network.Complete(next.Payload);
                    break;
            }
        }

        return [.. ended];
    }
}
