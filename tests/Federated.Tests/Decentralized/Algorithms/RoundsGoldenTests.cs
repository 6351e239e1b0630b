using System.Text.Json;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Goldens;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Tests.Decentralized.Algorithms;

/// <summary>D-PSGD in rounds of fixed length and gossip learning against traces of the published code, and the published topologies.</summary>
public class RoundsGoldenTests
{
    [TestCase("dpsgd_ring.json")]
    [TestCase("dpsgd_kregular.json")]
    [TestCase("dpsgd_exponential_one_peer.json")]
    public void Rounds_of_fixed_length(string file)
    {
        using JsonDocument golden = GoldenFiles.Json("plexus", file);
        JsonElement root = golden.RootElement;
        int nodes = root.GetProperty("n").GetInt32();
        JsonElement[] rounds = [.. root.GetProperty("rounds").EnumerateArray()];
        double length = root.GetProperty("roundTimeoutS").GetDouble();
        ITopology Topology(SimulationKernel kernel) =>
            root.GetProperty("topology").GetString() switch
            {
                "ring" => FixedTopology.Ring(nodes),
                "exp-one-peer" => new OnePeerExponential(nodes),
                _ => new FixedTopology("given", root.GetProperty("neighbours").IntRows()),
            };
        SimulationResult run = DecentralizedSimulation.Run(
            new DPsgd(Topology, round: TimeSpan.FromSeconds(length)),
            World(root, nodes, (length * rounds.Length) + 1e-3)
        );
        foreach (JsonElement round in rounds)
        {
            int number = round.GetProperty("round").GetInt32();
            AverageRow[] averages = [.. run.Record!.Averages.Where(a => a.Round == number).OrderBy(a => a.Node)];
            Assert.That(averages.Select(a => a.TimeS), Is.All.EqualTo(round.GetProperty("t").GetDouble()).Within(1e-6));
            Assert.That(
                averages.Select(a => string.Join(' ', a.From)),
                Is.EqualTo(round.GetProperty("aggregatedFrom").IntRows().Select(from => string.Join(' ', from)))
            );
            Assert.That(averages.Select(a => (double)a.Value!), Is.EqualTo(round.GetProperty("values").Doubles()).Within(1e-9));
        }

        Assert.That(Transfers(run, rounds.Length), Is.EqualTo(Transfers(root)));
        Assert.That(
            run.Transfers.Failed,
            Is.EqualTo(
                root.GetProperty("failedTransfers").GetInt32() + run.Record!.Transfers.Count(t => !t.Success && t.Round == rounds.Length)
            ),
            "what the end of the last round cuts off is not in the trace"
        );
    }

    [Test]
    public void Gossip()
    {
        using JsonDocument golden = GoldenFiles.Json("plexus", "gossip_learning.json");
        JsonElement root = golden.RootElement;
        int nodes = root.GetProperty("n").GetInt32();
        SimulationResult run = DecentralizedSimulation.Run(
            new GossipLearning(TimeSpan.FromSeconds(root.GetProperty("roundTimeoutS").GetDouble()))
            {
                Compatibility = Compatibility.Official,
                PeerRule = (choice, others) => ((7 * choice) + 3) % others,
            },
            World(root, nodes, root.GetProperty("untilS").GetDouble())
        );
        JsonElement[] merges = [.. root.GetProperty("merges").EnumerateArray()];
        Assert.That(
            run.Record!.Averages.Select(a => (Micros(a.TimeS), a.Node, a.Round)).Order(),
            Is.EqualTo(
                merges
                    .Select(m =>
                        (
                            Micros(m.GetProperty("t").GetDouble()),
                            m.GetProperty("node").GetInt32(),
                            m.GetProperty("ageAfterMerge").GetInt32()
                        )
                    )
                    .Order()
            )
        );
        Assert.That(
            run.Record.Averages.OrderBy(a => (Micros(a.TimeS), a.Node, a.Round, (double)a.Value!)).Select(a => (double)a.Value!),
            Is.EqualTo(
                    merges
                        .OrderBy(m =>
                            (
                                Micros(m.GetProperty("t").GetDouble()),
                                m.GetProperty("node").GetInt32(),
                                m.GetProperty("ageAfterMerge").GetInt32(),
                                m.GetProperty("merged").GetDouble()
                            )
                        )
                        .Select(m => m.GetProperty("merged").GetDouble())
                )
                .Within(1e-9)
        );
        Assert.That(run.Models.Select(m => (double)m!), Is.EqualTo(root.GetProperty("finalValues").Doubles()).Within(1e-9));
        Assert.That(Transfers(run, int.MaxValue), Is.EqualTo(Transfers(root)));
    }

    [Test]
    public void One_peer_exponential_and_exponential_neighbours()
    {
        using JsonDocument golden = GoldenFiles.Json("plexus", "topology_exp_one_peer.json");
        foreach (JsonElement entry in golden.RootElement.EnumerateArray())
        {
            int nodes = entry.GetProperty("n").GetInt32();
            FixedTopology all = FixedTopology.Exponential(nodes);
            OnePeerExponential one = new(nodes);
            foreach (JsonProperty own in entry.GetProperty("neighbours").EnumerateObject())
            {
                int node = int.Parse(own.Name, System.Globalization.CultureInfo.InvariantCulture);
                int[] expected = own.Value.Ints();
                Assert.That(all.Receivers(node, 1), Is.EqualTo(expected));
                Assert.That(
                    Enumerable.Range(1, expected.Length).Select(round => one.Receivers(node, round).Single()),
                    Is.EqualTo(expected)
                );
            }
        }
    }

    [Test]
    public void A_regular_graph_is_a_topology()
    {
        using JsonDocument golden = GoldenFiles.Json("plexus", "topology_kregular_n100_k10_seed42.json");
        int[][] edges = golden.RootElement.GetProperty("edges").IntRows();
        int[][] neighbours =
        [
            .. Enumerable.Range(0, 100).Select(i => edges.Where(e => e.Contains(i)).Select(e => e[0] == i ? e[1] : e[0]).ToArray()),
        ];
        FixedTopology published = new("published", neighbours);
        FixedTopology drawn = FixedTopology.Regular(100, 10, Numerics.RandomStream.Named("regular"));
        foreach (FixedTopology topology in new[] { published, drawn })
        {
            Assert.That(Enumerable.Range(0, 100).Select(i => topology.Receivers(i, 1).Count), Is.All.EqualTo(10));
            Assert.That(
                Enumerable.Range(0, 100).All(i => topology.Receivers(i, 1).All(j => topology.Receivers(j, 1).Contains(i))),
                "every edge goes both ways"
            );
        }
    }

    internal static SimulationOptions World(JsonElement root, int nodes, double seconds) =>
        new()
        {
            Devices =
            [
                .. root.GetProperty("computeMsPerStep")
                    .Doubles()
                    .Zip(root.GetProperty("bandwidthBytesPerS").Doubles(), (c, b) => new Device(c, b)),
            ],
            Duration = VirtualTime.FromSeconds(seconds),
            Sizes = new()
            {
                Model = root.GetProperty("transferBytes").GetInt64(),
                ViewPerNode = 0,
                Header = 0,
            },
            Task = new ScalarTask(nodes),
            KeepsRecord = true,
            LivenessCheck = null,
            EvaluateEvery = VirtualTime.FromSeconds(1e7),
        };

    private static IEnumerable<(int, int, int, long, long, bool)> Transfers(SimulationResult run, int rounds) =>
        run.Record!.Transfers.Where(t => t.Round < rounds || (t.Round == rounds && t.Success))
            .Select(t => (t.From, t.To, t.Round, Micros(t.StartS), Micros(t.DurationS), t.Success))
            .Order();

    private static IEnumerable<(int, int, int, long, long, bool)> Transfers(JsonElement root) =>
        root.GetProperty("transfers")
            .EnumerateArray()
            .Select(t =>
                (
                    t.GetProperty("from").GetInt32(),
                    t.GetProperty("to").GetInt32(),
                    t.GetProperty("round").GetInt32(),
                    Micros(t.GetProperty("start").GetDouble()),
                    Micros(t.GetProperty("duration").GetDouble()),
                    t.GetProperty("success").GetBoolean()
                )
            )
            .Order();

    private static long Micros(double seconds) => (long)Math.Round(seconds * 1e6);
}
