using ResearchKit.Federated.Decentralized;
using ResearchKit.Federated.Deployment;
using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Tests.Deployment;

/// <summary>The real network: it decides as the simulation does, and lives through faults.</summary>
[NonParallelizable]
public class NetworkTests
{
    private static readonly PlexusOptions Fast = new()
    {
        SampleSize = 4,
        SuccessFraction = 0.75,
        PingTimeout = TimeSpan.FromSeconds(1.5),
        PingRetry = TimeSpan.FromSeconds(0.4),
        AggregationTimeout = TimeSpan.FromSeconds(8),
        AckTimeout = TimeSpan.FromSeconds(4),
        MinModelsForLiveness = 2,
    };

    [Test]
    public async Task Without_faults_it_takes_the_decisions_of_the_simulation()
    {
        const int Rounds = 6;
        PlexusOptions options = Fast with
        {
            SuccessFraction = 1,
            Summation = SummationOrder.Identifier,
            AggregationTimeout = TimeSpan.FromMinutes(5),
            PingTimeout = TimeSpan.FromSeconds(20),
            AckTimeout = TimeSpan.Zero,
        };
        await using TestNetwork network = new(processes: 2, nodesEach: 4, options);
        await network.StartAllAsync();
        await network.UntilAsync(() => network.Rounds.Count() >= Rounds, $"{Rounds} rounds");

        SimulationResult simulated = DecentralizedSimulation.Run(
            new Plexus(options) { Roster = Roster.Of(network.Peers.Select(p => p.Id)), FirstSample = network.FirstSample },
            new()
            {
                Devices = [.. network.Peers.Select(p => new Device(10, p.BytesPerSecond))],
                Task = network.Task,
                Seed = 7,
                MaxRounds = Rounds,
                KeepsRecord = true,
                Duration = VirtualTime.FromSeconds(1e5),
            }
        );
        PeerReport[] reports = [.. network.Reports];
        foreach (ClosedRound round in simulated.Rounds.Where(r => r.Round <= Rounds))
        {
            PeerReport real = reports.Single(r => r.What == "round" && r.Round == round.Round);
            Assert.That(real.Node, Is.EqualTo(round.Aggregator), $"aggregator of round {round.Round}");
            SampleRow? sample = simulated.Record!.Samples.FirstOrDefault(s =>
                s.By == round.Aggregator && s.Sample == round.Round + 1 && s.Nodes.Count == 4
            );
            if (sample is not null)
            {
                PeerReport found = reports.First(r =>
                    r.What == "sample" && r.Node == round.Aggregator && r.Round == round.Round + 1 && r.Nodes!.Count == 4
                );
                Assert.That(found.Nodes, Is.EquivalentTo(sample.Nodes), $"sample {round.Round + 1}");
            }
        }

        AverageRow last = simulated.Record!.Averages.Single(a => a.Round == Rounds);
        (int Round, ParameterVector Model)? average = new[] { network[0], network[1] }
            .Select(h => h.LatestAverage)
            .FirstOrDefault(a => a?.Round == Rounds);
        if (average is { } real2)
        {
            Assert.That(real2.Model.Distance((ParameterVector)last.Value!), Is.LessThan(1e-5));
        }
        else
        {
            string digest = Convert.ToHexStringLower(
                System.IO.Hashing.XxHash3.Hash(
                    System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(((ParameterVector)last.Value!).Values)
                )
            );
            Assert.That(reports.Single(r => r.What == "round" && r.Round == Rounds).Digest, Is.EqualTo(digest));
        }
    }

    [TestCase(6, TestName = "Loss_duplicates_and_reordering, a few rounds")]
    [TestCase(20, TestName = "Loss_duplicates_and_reordering, many rounds", Category = "Long")]
    public async Task Loss_duplicates_and_reordering(int rounds)
    {
        await using TestNetwork network = new(processes: 4, nodesEach: 3, Fast)
        {
            Faults = new FaultPlan
            {
                Drop = 0.1,
                Duplicate = 0.2,
                Reorder = 0.2,
                JitterMs = 20,
            },
        };
        await network.StartAllAsync();
        await network.UntilAsync(() => network.Rounds.Count() >= rounds, $"{rounds} rounds", 20 * rounds);
        AssertSound(network);
        Assert.That(Enumerable.Range(0, 4).Sum(p => network[p].Rejections[Rejection.Replay]), Is.Positive, "duplicates are seen");
    }

    [TestCase(3, 7, TestName = "A_process_that_is_gone_for_some_rounds_comes_back, a few rounds")]
    [TestCase(12, 22, TestName = "A_process_that_is_gone_for_some_rounds_comes_back, many rounds", Category = "Long")]
    public async Task A_process_that_is_gone_for_some_rounds_comes_back(int restart, int end)
    {
        await using TestNetwork network = new(processes: 4, nodesEach: 3, Fast);
        await network.StartAllAsync();
        await network.UntilAsync(() => network.Rounds.Any(), "a first round");
        int gone = restart > 5 ? 5 : 1;
        await network.UntilAsync(() => network.Rounds.Max() >= gone, $"round {gone}");
        await network.StopAsync(3);
        await network.UntilAsync(() => network.Rounds.Max() >= restart, $"round {restart} without it", 20 * restart);
        await network.StartAsync(3);
        await network.UntilAsync(() => network.Rounds.Max() >= end, $"round {end}", 20 * end);
        PopulationView back = await network[3].ViewOfAsync(9).WaitAsync(TestNetwork.Patience);
        Assert.That(back[9]!.Value.State, Is.EqualTo(MembershipChange.Join));
        Assert.That(back[9]!.Value.Counter, Is.Positive, "it announced itself with a higher counter");
        await network.UntilAsync(
            () => network[0].ViewOfAsync(0).WaitAsync(TestNetwork.Patience).GetAwaiter().GetResult()[9]!.Value.Counter > 0,
            "another process knows that it is back"
        );
        AssertSound(network);
    }

    [TestCase(3.0, TestName = "A_partition_heals, short")]
    [TestCase(30.0, TestName = "A_partition_heals, 30 s", Category = "Long")]
    public async Task A_partition_heals(double seconds)
    {
        await using TestNetwork network = new(processes: 4, nodesEach: 3, Fast)
        {
            Faults = new FaultPlan { Partitions = [new(1.5, 1.5 + seconds, [0, 1, 2, 3, 4, 5])] },
        };
        await network.StartAllAsync();
        await network.UntilAsync(() => network.Reports.Any(r => r.TimeS > 1.5 + seconds), "the end of the partition", seconds + 60);
        int before = network.Rounds.DefaultIfEmpty(0).Max();
        await network.UntilAsync(() => network.Rounds.DefaultIfEmpty(0).Max() >= before + 5, "five rounds after it", 120);
        AssertSound(network);
    }

    [Test]
    public async Task Models_that_break_off_are_gone_on_with_under_a_cap()
    {
        await using TestNetwork network = new(processes: 2, nodesEach: 3, Fast with { AggregationTimeout = TimeSpan.FromSeconds(20) })
        {
            Faults = new FaultPlan { Drop = 0.3 },
            Cap = 200_000,
        };
        await network.StartAllAsync();
        await network.UntilAsync(() => network.Rounds.Count() >= 2, "two rounds", 120);
        AssertSound(network);
    }

    private static void AssertSound(TestNetwork network)
    {
        PeerReport[] rounds = [.. network.Reports.Where(r => r.What == "round")];
        Assert.That(rounds.Select(r => r.Accuracy), Is.All.GreaterThan(0.05), "no divergence");
        Assert.That(rounds.OrderBy(r => r.Round).Last().Accuracy, Is.GreaterThan(0.12), "it learns");
        Assert.That(network.Reports.Any(r => r.What == nameof(PlexusEvent.RejectedModel)), Is.False, "no NaN");
    }
}
