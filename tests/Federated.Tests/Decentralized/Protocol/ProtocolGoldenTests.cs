using System.Text.Json;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Federated.Tests.Decentralized.Population;
using ResearchKit.Goldens;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Tests.Decentralized.Protocol;

/// <summary>Whole runs of the protocol against traces of the published code.</summary>
public class ProtocolGoldenTests
{
    private const double Tolerance = 1e-6;

    private static readonly Dictionary<PlexusEvent, string> Names = new()
    {
        [PlexusEvent.StartTraining] = "start_train",
        [PlexusEvent.DoneTraining] = "done_train",
        [PlexusEvent.InterruptTraining] = "interrupt_training",
        [PlexusEvent.ReceivedTrainedModel] = "received_trained_model",
        [PlexusEvent.ReceivedAggregatedModel] = "received_aggregated_model",
        [PlexusEvent.StartAggregation] = "start_aggregate",
        [PlexusEvent.DoneAggregation] = "done_aggregation",
        [PlexusEvent.AggregationTimedOut] = "aggregate_timeout",
    };

    [TestCase("protocol_a_homogeneous.json")]
    [TestCase("protocol_b_heterogeneous.json")]
    [TestCase("protocol_c_churn.json")]
    [TestCase("protocol_d_fedavg_server.json")]
    public async Task A_trace_of_the_published_code(string file)
    {
        using JsonDocument golden = GoldenFiles.Json("plexus", file);
        JsonElement root = golden.RootElement;
        JsonElement config = root.GetProperty("config");
        int nodes = config.GetProperty("nodes").GetInt32();
        SimulationResult run = await DecentralizedSimulation.RunAsync(Algorithm(root, config, nodes), World(config, nodes));
        Rounds(root, run);
        Events(root, run);
        Samples(root, run);
        Transfers(root, run);
        Views(root, run);
        Traffic(root, run, nodes);
    }

    private static Plexus Algorithm(JsonElement root, JsonElement config, int nodes) =>
        new(
            new()
            {
                SampleSize = config.GetProperty("sampleSize").GetInt32(),
                Aggregators = config.GetProperty("aggregators").GetInt32(),
                SuccessFraction = config.GetProperty("successFraction").GetDouble(),
                InactivityThreshold = config.GetProperty("inactivityThreshold").GetInt32(),
                FixedAggregator =
                    config.GetProperty("fixedAggregator").ValueKind == JsonValueKind.Number
                        ? config.GetProperty("fixedAggregator").GetInt32()
                        : null,
                Compatibility = Compatibility.Official,
            }
        )
        {
            Roster = Roster.Of(root.GetProperty("nodeIdsHex").EnumerateArray().Select(id => NodeId.FromHex(id.GetString()!))),
            FirstSample = config.GetProperty("firstRoundNodes").Ints(),
            InOrder = true,
        };

    private static SimulationOptions World(JsonElement config, int nodes)
    {
        double[] compute = config.GetProperty("computeMsPerStep").Doubles();
        double[] bandwidth = config.GetProperty("bandwidthBytesPerS").Doubles();
        double[] latency = config.GetProperty("latencyS").Doubles();
        double[,] matrix = new double[nodes, nodes];
        for (int i = 0; i < nodes * nodes; i++)
        {
            matrix[i / nodes, i % nodes] = latency[i] * 1000;
        }

        return new()
        {
            Devices = [.. compute.Zip(bandwidth, (c, b) => new Device(c, b))],
            Duration = VirtualTime.FromSeconds(config.GetProperty("untilS").GetDouble()),
            Latency = LatencyMatrix.FromMilliseconds(matrix, new() { Granularity = ClockGranularity.Nanosecond }),
            LocalSteps = config.GetProperty("localSteps").GetInt32(),
            Compute = ComputeModel.PerBatch,
            Sizes = new()
            {
                Model = config.GetProperty("transferBytes").GetInt64(),
                ViewPerNode = 0,
                Header = 0,
            },
            Availability = new ScriptedPresence(
                config.GetProperty("initialOffline").Ints(),
                config
                    .GetProperty("actions")
                    .EnumerateArray()
                    .Select(a => (a.GetProperty("t").GetDouble(), a.GetProperty("node").GetInt32(), a.GetProperty("action").GetString()!))
            ),
            Task = new ScalarTask(nodes),
            KeepsRecord = true,
            LivenessCheck = null,
        };
    }

    private static void Rounds(JsonElement root, SimulationResult run)
    {
        JsonElement[] expected = [.. root.GetProperty("rounds").EnumerateArray()];
        Assert.That(
            run.Rounds.Select(r => (r.Aggregator, r.Round)),
            Is.EqualTo(expected.Select(r => (r.GetProperty("aggregator").GetInt32(), r.GetProperty("round").GetInt32())))
        );
        Assert.That(run.Rounds.Select(r => r.TimeS), Is.EqualTo(expected.Select(r => r.GetProperty("t").GetDouble())).Within(Tolerance));
        Assert.That(
            run.Record!.Averages.Select(a => (double)a.Value!),
            Is.EqualTo(expected.Select(r => r.GetProperty("value").GetDouble())).Within(1e-9)
        );
    }

    private static void Events(JsonElement root, SimulationResult run)
    {
        (int Node, long Time, int Round, string Event)[] expected =
        [
            .. root.GetProperty("events")
                .EnumerateArray()
                .Select(e =>
                    (
                        e.GetProperty("node").GetInt32(),
                        Micros(e.GetProperty("t").GetDouble()),
                        e.GetProperty("round").GetInt32(),
                        e.GetProperty("event").GetString()!
                    )
                )
                .Order(),
        ];
        (int Node, long Time, int Round, string Event)[] seen =
        [
            .. run.Record!.Events.Where(e => Enum.TryParse(e.Event, out PlexusEvent kind) && Names.ContainsKey(kind))
                .Select(e => (e.Node, Micros(e.TimeS), e.Round, Names[Enum.Parse<PlexusEvent>(e.Event)]))
                .Order(),
        ];
        Assert.That(seen, Is.EqualTo(expected));
    }

    private static void Samples(JsonElement root, SimulationResult run)
    {
        string[] expected =
        [
            .. root.GetProperty("samples")
                .EnumerateArray()
                .Select(s =>
                    $"{s.GetProperty("by").GetInt32()}/{s.GetProperty("sample").GetInt32()}: {string.Join(' ', s.GetProperty("nodes").Ints())}"
                )
                .Order(StringComparer.Ordinal),
        ];
        Assert.That(
            run.Record!.Samples.Select(s => $"{s.By}/{s.Sample}: {string.Join(' ', s.Nodes)}").Order(StringComparer.Ordinal),
            Is.EqualTo(expected)
        );
        (int, long, long)[] durations =
        [
            .. root.GetProperty("determineSampleDurations")
                .EnumerateArray()
                .Select(d =>
                    (d.GetProperty("node").GetInt32(), Micros(d.GetProperty("start").GetDouble()), Micros(d.GetProperty("end").GetDouble()))
                )
                .Order(),
        ];
        Assert.That(run.Record.Samples.Select(s => (s.By, Micros(s.StartS), Micros(s.TimeS))).Order(), Is.EqualTo(durations));
    }

    private static void Transfers(JsonElement root, SimulationResult run)
    {
        (int, int, int, long, long, string, bool)[] expected =
        [
            .. root.GetProperty("transfers")
                .EnumerateArray()
                .Select(t =>
                    (
                        t.GetProperty("from").GetInt32(),
                        t.GetProperty("to").GetInt32(),
                        t.GetProperty("round").GetInt32(),
                        Micros(t.GetProperty("start").GetDouble()),
                        Micros(t.GetProperty("duration").GetDouble()),
                        t.GetProperty("type").GetString()!,
                        t.GetProperty("success").GetBoolean()
                    )
                )
                .Order(),
        ];
        (int, int, int, long, long, string, bool)[] seen =
        [
            .. run.Record!.Transfers.Select(t => (t.From, t.To, t.Round, Micros(t.StartS), Micros(t.DurationS), t.Type, t.Success)).Order(),
        ];
        Assert.That(seen, Is.EqualTo(expected));
    }

    private static void Views(JsonElement root, SimulationResult run)
    {
        foreach ((int node, JsonElement view) in root.GetProperty("finalViews").EnumerateArray().Index())
        {
            if (run.Views.TryGetValue(node, out PopulationView? mine))
            {
                Assert.That(mine.Entries(), Is.EqualTo(PopulationViewTests.View(view).Entries()), $"node {node}");
            }
        }
    }

    private static void Traffic(JsonElement root, SimulationResult run, int nodes)
    {
        JsonElement counts = root.GetProperty("messageCounts");
        JsonElement bytes = root.GetProperty("controlBytes");
        foreach (
            (string mine, string theirs) in new[]
            {
                ("ping", "ping"),
                ("pong", "pong"),
                ("advertisement", "membership"),
                ("acknowledgement", "aggack"),
            }
        )
        {
            Assert.That(run.Traffic.Of(mine).Transfers, Is.EqualTo(counts.GetProperty(theirs).GetInt64()), theirs);
            Assert.That(run.Traffic.Of(mine).BytesUp, Is.EqualTo(bytes.GetProperty(theirs).GetInt64()), theirs);
        }

        Assert.That(run.Transfers.Started, Is.EqualTo(counts.GetProperty("model").GetInt64()));
        // The published code counts what has ended, and packets to nodes that are gone as received.
        double[] up = [.. run.BytesUp];
        double[] down = [.. run.BytesDown.Select((bytes, node) => bytes + (run.BytesLost.Count > 0 ? run.BytesLost[node] : 0))];
        foreach ((int from, int to, double carried, _) in run.Underway)
        {
            up[from] -= carried;
            down[to] -= carried;
        }

        double[] training = [.. run.TrainingS];
        foreach (IGrouping<int, EventRow> own in run.Record!.Events.GroupBy(e => e.Node))
        {
            EventRow? last = own.LastOrDefault(e => e.Event is "StartTraining" or "DoneTraining");
            training[own.Key] -=
                last?.Event == "StartTraining" && last.TimeS > run.Record.Events[^1].TimeS - 10 && IsRunning(own, last)
                    ? run.EndS - last.TimeS
                    : 0;
        }

        Assert.That(training, Is.EqualTo(root.GetProperty("trainSeconds").Doubles()).Within(Tolerance));
        Assert.That(up, Is.EqualTo(root.GetProperty("bytesUp").Doubles()).Within(1));
        Assert.That(down, Is.EqualTo(root.GetProperty("bytesDown").Doubles()).Within(1));
        Assert.That(run.BytesUp, Has.Count.EqualTo(nodes));
    }

    private static bool IsRunning(IEnumerable<EventRow> own, EventRow start) =>
        !own.Any(e => e.Event == "DoneTraining" && e.Round == start.Round && e.TimeS > start.TimeS);

    private static long Micros(double seconds) => (long)Math.Round(seconds * 1e6);
}
