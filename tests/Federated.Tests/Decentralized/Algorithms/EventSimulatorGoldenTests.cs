using System.Text.Json;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Goldens;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Tests.Decentralized.Algorithms;

/// <summary>The asynchronous baselines against traces of the published event simulator of decentralised learning, to the microsecond.</summary>
public class EventSimulatorGoldenTests
{
    [TestCase("des_dpsgd_async.json")]
    [TestCase("des_dpsgd_sync.json")]
    public void Barriers(string file)
    {
        using JsonDocument golden = GoldenFiles.Json("plexus", file);
        JsonElement root = golden.RootElement;
        int nodes = root.GetProperty("n").GetInt32();
        // The order in which a node sends differs from round to round; it is that of the trace.
        ILookup<int, int> sent = root.GetProperty("events")
            .EnumerateArray()
            .Where(e => e.GetProperty("ev").GetString() == "start_transfer")
            .ToLookup(e => e.GetProperty("node").GetInt32(), e => e.GetProperty("to").GetInt32());
        ITopology Topology(SimulationKernel kernel) => new AsInTrace(sent, root.GetProperty("k").GetInt32());
        SimulationResult run = Run(
            root,
            new BarrierDPsgd(Topology)
            {
                IsSynchronous = root.GetProperty("synchronous").GetBoolean(),
                Rounds = root.GetProperty("rounds").GetInt32(),
            },
            nodes,
            VirtualTime.FromSeconds(1000)
        );
        Compare(root, run, nodes, "finish_train");
        JsonElement[] expected = [.. root.GetProperty("aggregations").EnumerateArray()];
        for (int node = 0; node < nodes; node++)
        {
            Assert.That(
                run.Record!.Averages.Where(a => a.Node == node).Select(a => string.Join(' ', a.From.Select(from => $"{from}:{a.Round}"))),
                Is.EqualTo(expected[node].EnumerateArray().Select(round => string.Join(' ', round.IntRows().Select(p => $"{p[0]}:{p[1]}"))))
            );
        }

        Assert.That(run.TrainingS.Select(s => (long)Math.Round(s * 1e6)), Is.EqualTo(Longs(root, "computeUs")));
    }

    [Test]
    public void Federated_averaging()
    {
        using JsonDocument golden = GoldenFiles.Json("plexus", "des_fedavg.json");
        JsonElement root = golden.RootElement;
        int nodes = root.GetProperty("n").GetInt32();
        SimulationResult run = Run(
            root,
            new ClassicFedAvg(root.GetProperty("sampleSize").GetInt32())
            {
                SampleRule = round => [.. Enumerable.Range(0, 5).Select(i => ((7 * i) + (3 * round)) % nodes)],
                Rounds = root.GetProperty("rounds").GetInt32(),
            },
            nodes,
            VirtualTime.FromSeconds(10_000)
        );
        Compare(root, run, nodes + 1, "start_train", "finish_train");
    }

    [Test]
    public void Gossip()
    {
        using JsonDocument golden = GoldenFiles.Json("plexus", "des_gossip.json");
        JsonElement root = golden.RootElement;
        int nodes = root.GetProperty("n").GetInt32();
        JsonElement first = root.GetProperty("events").EnumerateArray().First(e => e.GetProperty("ev").GetString() == "disseminate");
        SimulationResult run = Run(
            root,
            new PeriodicGossip(TimeSpan.FromMicroseconds(root.GetProperty("periodUs").GetInt64()))
            {
                PeerRule = (send, node) => (node + 1 + (5 * send % (nodes - 1))) % nodes,
                FirstSend = new VirtualTime(first.GetProperty("t").GetInt64() * 1000),
            },
            nodes,
            End(root)
        );
        Compare(root, run, nodes, "start_train", "finish_train", "disseminate");
        JsonElement[] expected = [.. root.GetProperty("aggregations").EnumerateArray()];
        for (int node = 0; node < nodes; node++)
        {
            Assert.That(
                run.Record!.Averages.Where(a => a.Node == node).Select(a => $"{a.From[0]}:{a.From[1]} {node}:{a.Round}"),
                Is.EqualTo(expected[node].EnumerateArray().Select(pair => string.Join(' ', pair.IntRows().Select(p => $"{p[0]}:{p[1]}"))))
            );
        }

        double[] compute = root.GetProperty("computeMsPerStep").Doubles();
        Assert.That(
            compute
                .Index()
                .Select(c =>
                    (long)(3.0 * (c.Item / 1000) * 5 * 1e6) * run.Record!.Events.Count(e => e.Node == c.Index && e.Event == "finish_train")
                ),
            Is.EqualTo(Longs(root, "computeUs")),
            "a training under way at the end does not count there"
        );
    }

    [Test]
    public void Ad_psgd()
    {
        using JsonDocument golden = GoldenFiles.Json("plexus", "des_adpsgd.json");
        JsonElement root = golden.RootElement;
        int nodes = root.GetProperty("n").GetInt32();
        int[] active = root.GetProperty("active").Ints();
        SimulationResult run = Run(
            root,
            new AdPsgd { Active = active, PeerRule = (send, node, passive) => ((3 * send) + node) % passive },
            nodes,
            End(root)
        );
        Compare(root, run, nodes, "start_train", "finish_train");
        JsonElement[] expected = [.. root.GetProperty("aggregations").EnumerateArray()];
        for (int node = 0; node < nodes; node++)
        {
            double scale = active.Contains(node) ? 1 : 5;
            Assert.That(
                run.Record!.Averages.Where(a => a.Node == node).Select(a => (a.From[0], a.From[1], Math.Round(a.Round / scale, 6))),
                Is.EqualTo(
                    expected[node]
                        .EnumerateArray()
                        .Select(pair => ((int)pair[0][0].GetDouble(), (int)pair[0][1].GetDouble(), Math.Round(pair[1][1].GetDouble(), 6)))
                )
            );
            // There the steps of passive nodes are counted when somebody looks: when a model comes, or a step that one came into ends.
            double looked = run
                .Record.Averages.Where(a => a.Node == node)
                .Select(a => a.TimeS)
                .Concat(run.Record.Events.Where(e => e.Node == node && e.Event == "finish_train").Select(e => e.TimeS))
                .Max();
            long step =
                (long)(3.0 * (root.GetProperty("computeMsPerStep")[node].GetDouble() / 1000) * 5 * 1e6) / (active.Contains(node) ? 1 : 5);
            string counted = active.Contains(node) ? "finish_train" : "step";
            Assert.That(
                step * run.Record.Events.Count(e => e.Node == node && e.Event == counted && e.TimeS <= looked),
                Is.EqualTo(Longs(root, "computeUs")[node]),
                $"node {node}"
            );
        }
    }

    private sealed class AsInTrace(ILookup<int, int> sent, int degree) : ITopology
    {
        public string Name => "as in the trace";

        public IReadOnlyList<int> Receivers(int node, int round) => [.. sent[node].Skip((round - 1) * degree).Take(degree)];
    }

    /// <summary>There the first event after the end is still handled.</summary>
    private static VirtualTime End(JsonElement root) =>
        new(root.GetProperty("events").EnumerateArray().Max(e => e.GetProperty("t").GetInt64()) * 1000);

    private static SimulationResult Run(JsonElement root, IDecentralizedAlgorithm algorithm, int nodes, VirtualTime duration) =>
        DecentralizedSimulation.Run(
            algorithm,
            RoundsGoldenTests.World(root, nodes, 1) with
            {
                Duration = duration,
                Granularity = ClockGranularity.Microsecond,
                CountsWholeBytes = true,
                Task = null,
            }
        );

    private static void Compare(JsonElement root, SimulationResult run, int nodes, params string[] events)
    {
        (long, int, string, int, long)[] expected =
        [
            .. root.GetProperty("events")
                .EnumerateArray()
                .Where(e => e.GetProperty("ev").GetString() != "start_transfer")
                .Select(e =>
                    (
                        e.GetProperty("t").GetInt64(),
                        e.GetProperty("node").GetInt32(),
                        e.GetProperty("ev").GetString()!,
                        e.TryGetProperty("to", out JsonElement to) ? to.GetInt32()
                        : e.TryGetProperty("round", out JsonElement round) ? round.GetInt32()
                        : 0,
                        e.TryGetProperty("startedAt", out JsonElement started) ? started.GetInt64() : 0
                    )
                )
                .Order(),
        ];
        // What follows from that last event is not there.
        long last = root.TryGetProperty("durationUs", out JsonElement end) ? end.GetInt64() : long.MaxValue;
        (long, int, string, int, long)[] seen =
        [
            .. run.Record!.Events.Where(e => events.Contains(e.Event) && (e.Event != "start_train" || Micros(e.TimeS) <= last))
                .Select(e => (Micros(e.TimeS), e.Node, e.Event, e.Round, 0L))
                .Concat(
                    run.Record.Transfers.Select(t =>
                        (Micros(t.StartS + t.DurationS), t.From, "finish_outgoing_transfer", t.To, Micros(t.FirstByteS ?? -1))
                    )
                )
                .Order(),
        ];
        Assert.That(seen, Is.EqualTo(expected));
        double[] sent = [.. run.BytesUp];
        double[] received = [.. run.BytesDown];
        foreach ((int from, int to, double bytes, _) in run.Underway)
        {
            sent[from] -= bytes;
            received[to] -= bytes;
        }

        long[] up = [.. sent.Select(b => (long)b)];
        long[] down = [.. received.Select(b => (long)b)];
        long[] time = [.. Enumerable.Range(0, nodes).Select(n => Busy(run, n))];
        Assert.That(up, Has.Length.EqualTo(nodes));
        Assert.That(up, Is.EqualTo(Longs(root, "bytesSent")));
        Assert.That(down, Is.EqualTo(Longs(root, "bytesReceived")));
        Assert.That(time, Is.EqualTo(Longs(root, "transmitUs")));
    }

    /// <summary>The time in which a node had a transfer running; a stretch that is not over at the end does not count there.</summary>
    private static long Busy(SimulationResult run, int node)
    {
        IEnumerable<(long From, long To, bool IsOver)> ended = run.Record!.Transfers.Where(t => t.From == node || t.To == node)
            .Select(t => (Micros(t.FirstByteS!.Value), Micros(t.StartS + t.DurationS), true));
        IEnumerable<(long From, long To, bool IsOver)> underway = run
            .Underway.Where(t => t.From == node || t.To == node)
            .Select(t => (Micros(t.SinceS), long.MaxValue, false));
        (long busy, long since, long until, bool isOver) = (0, 0, 0, true);
        foreach ((long from, long to, bool over) in ended.Concat(underway).OrderBy(t => t.From))
        {
            if (from >= until)
            {
                busy += isOver ? until - since : 0;
                (since, isOver) = (from, true);
            }

            until = Math.Max(until, to);
            isOver &= over;
        }

        return busy + (isOver ? until - since : 0);
    }

    private static long[] Longs(JsonElement root, string name) => [.. root.GetProperty(name).EnumerateArray().Select(v => v.GetInt64())];

    private static long Micros(double seconds) => (long)Math.Round(seconds * 1e6);
}
