using ResearchKit.Data;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Learning;
using ResearchKit.Numerics;
using ResearchKit.Simulation;
using ResearchKit.Storage;

namespace ResearchKit.Federated.Tests.Decentralized.Simulation;

/// <summary>The simulation as a whole: deterministic, resumable, cancellable, and alive under failures.</summary>
public class SimulationTests
{
    private static readonly string[] Names = [.. DecentralizedAlgorithms.All.Select(a => a.Name)];

    [TestCaseSource(nameof(Names))]
    public void The_number_of_workers_does_not_matter(string name)
    {
        IDecentralizedAlgorithm algorithm = DecentralizedAlgorithms.All.Single(a => a.Name == name);
        SimulationResult one = DecentralizedSimulation.Run(algorithm, World(20, 200));
        SimulationResult three = DecentralizedSimulation.Run(algorithm, World(20, 200) with { Workers = 3 });
        Assert.That(three.LogHash, Is.EqualTo(one.LogHash));
        Assert.That(three.Tests, Is.EqualTo(one.Tests));
        Assert.That(one.Tests, Is.Not.Empty);
        Assert.That(one.Status, Is.EqualTo(RunStatus.Completed));
        SimulationResult other = DecentralizedSimulation.Run(algorithm, World(20, 200) with { Seed = 2 });
        Assert.That(other.LogHash, Is.Not.EqualTo(one.LogHash));
    }

    [TestCase("plexus")]
    [TestCase("gossip")]
    [TestCase("ad-psgd")]
    public async Task An_interrupted_run_goes_on_as_if_nothing_had_been(string name)
    {
        IDecentralizedAlgorithm algorithm = DecentralizedAlgorithms.All.Single(a => a.Name == name);
        string folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "checkpoints", TestContext.CurrentContext.Test.ID);
        SimulationOptions options = World(20, 300);
        SimulationResult whole = DecentralizedSimulation.Run(algorithm, options);
        using CancellationTokenSource cut = new();
        SimulationResult part = await SimulationCheckpoints.RunAsync(
            algorithm,
            options,
            new CheckpointFolder(folder, "inputs"),
            everyEvents: 64,
            new CancelAt(150, cut),
            cut.Token
        );
        Assert.That(part.Status, Is.EqualTo(RunStatus.Cancelled));
        Assert.That(part.EndS, Is.LessThan(300));
        SimulationResult resumed = await SimulationCheckpoints.RunAsync(
            algorithm,
            options,
            new CheckpointFolder(folder, "inputs"),
            1_000_000
        );
        Assert.That(resumed.LogHash, Is.EqualTo(whole.LogHash));
        Assert.That(resumed.Tests, Is.EqualTo(whole.Tests));
        Assert.That(
            () => SimulationCheckpoints.RunAsync(algorithm, options with { Seed = 9 }, new CheckpointFolder(folder, "inputs"), 1_000_000),
            Throws.InstanceOf<ResearchKitException>().With.Property("Code").EqualTo(ErrorCodes.ReplayDiverged)
        );
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void A_single_node_is_sample_and_aggregator_of_every_round()
    {
        SimulationResult run = DecentralizedSimulation.Run(new Plexus(new() { SampleSize = 13, ClampSampleSize = true }), World(1, 100));
        Assert.That(run.Rounds, Has.Count.GreaterThan(20));
        Assert.That(run.Transfers.Started, Is.Zero);
    }

    [Test]
    public void Whoever_is_silently_gone_is_replaced()
    {
        // Every 40 s an aggregator of the moment crashes for good: the corrected protocol goes on, the published one stops.
        SimulationResult probe = DecentralizedSimulation.Run(new Plexus(Small), World(30, 600) with { Task = null });
        int[] crashing = [.. probe.Rounds.Where(r => r.TimeS is > 20 and < 30).Select(r => r.Aggregator).Distinct().Take(2)];
        ScriptedPresence presence = new([], crashing.Select((node, i) => (20.0 + (5 * i), node, "crash")));
        SimulationResult run = DecentralizedSimulation.Run(new Plexus(Small), World(30, 600) with { Task = null, Availability = presence });
        Assert.That(run.Rounds[^1].TimeS, Is.GreaterThan(550), "it still closes rounds at the end");
        Assert.That(run.Status, Is.EqualTo(RunStatus.Completed));
    }

    [Test]
    public void Graceful_leaves_and_joins_do_not_stall()
    {
        IAvailability presence = new OnOffChurn { MeanSessionS = 100, MeanAbsenceS = 50 }.Draw(40, 900, RandomStream.Named("presence"));
        SimulationResult run = DecentralizedSimulation.Run(
            new Plexus(Small with { AggregationTimeout = TimeSpan.FromSeconds(20) }),
            World(40, 900) with
            {
                Task = null,
                Availability = presence,
            }
        );
        Assert.That(run.Rounds[^1].TimeS, Is.GreaterThan(800));
        Assert.That(run.Rounds.Select(r => r.Round).Distinct().Count(), Is.GreaterThan(50));
    }

    [Test]
    public void Every_round_averages_each_sender_once_and_nodes_train_a_round_once()
    {
        SimulationResult run = DecentralizedSimulation.Run(new Plexus(Small), World(30, 400) with { KeepsRecord = true });
        foreach (
            IGrouping<int, EventRow> own in run.Record!.Events.Where(e => e.Event == nameof(PlexusEvent.StartTraining)).GroupBy(e => e.Node)
        )
        {
            int[] rounds = [.. own.Select(e => e.Round)];
            Assert.That(rounds, Is.Ordered.Ascending.And.Unique);
        }

        Assert.That(run.Rounds.Select(r => r.Models), Is.All.EqualTo(Small.RequiredModels));
    }

    [Test]
    public void With_all_clients_and_whole_batches_federated_averaging_is_gradient_descent()
    {
        const int Nodes = 4;
        const int Rounds = 10;
        DenseTask task = Task(Nodes, batch: 50);
        SimulationResult run = DecentralizedSimulation.Run(
            new ClassicFedAvg(Nodes) { Rounds = Rounds },
            World(Nodes, 1e5) with
            {
                Task = task,
                LocalSteps = 1,
            }
        );
        SimulationResult full = DecentralizedSimulation.Run(
            new BarrierDPsgd(kernel => FixedTopology.Full(kernel.Nodes)) { Rounds = Rounds },
            World(Nodes, 1e5) with
            {
                Task = task,
                LocalSteps = 1,
            }
        );
        ParameterVector central = ((ParameterVector)task.InitialModel).Clone();
        for (int round = 0; round < Rounds; round++)
        {
            object[] steps = [.. Enumerable.Range(0, Nodes).Select(n => task.Train(n, central, 1, RandomStream.Named("any"), default))];
            central = VectorTask.WeightedMean(steps, [0.25, 0.25, 0.25, 0.25]);
        }

        Assert.That(((ParameterVector)run.Models[Nodes]!).Distance(central), Is.LessThan(1e-5));
        Assert.That(full.Models.Select(m => ((ParameterVector)m!).Distance(central)), Is.All.LessThan(1e-5));
    }

    [Test]
    public void One_peer_exponential_averages_exactly_in_log_n_rounds()
    {
        const int Nodes = 16;
        OnePeerExponential graph = new(Nodes);
        double[] values = [.. Enumerable.Range(0, Nodes).Select(i => (double)(i * i))];
        double mean = values.Average();
        for (int round = 1; round <= 4; round++)
        {
            double[] next = [.. values.Select(v => v / 2)];
            for (int node = 0; node < Nodes; node++)
            {
                next[graph.Receivers(node, round).Single()] += values[node] / 2;
            }

            values = next;
        }

        Assert.That(values, Is.All.EqualTo(mean).Within(1e-12));
    }

    [Test]
    public void Bad_options_are_named()
    {
        SimulationOptions world = World(10, 10);
        Assert.That(
            () => new PlexusOptions { SampleSize = 0 },
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("SampleSize")
        );
        Assert.That(() => new PlexusOptions { Aggregators = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new PlexusOptions { SuccessFraction = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new PlexusOptions { SuccessFraction = 1.1 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new PlexusOptions { PingTimeout = TimeSpan.Zero }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new PlexusOptions { InactivityThreshold = -1 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new PlexusOptions { AggregationTimeout = TimeSpan.FromSeconds(-1) },
            Throws.InstanceOf<ArgumentOutOfRangeException>()
        );
        Assert.That(() => new PlexusOptions { AggregationTimeout = TimeSpan.Zero }, Throws.Nothing);
        Assert.That(
            () => new PlexusOptions { SampleSize = 11 }.For(10),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("ClampSampleSize")
        );
        Assert.That(
            new PlexusOptions { SampleSize = 11, ClampSampleSize = true }
                .For(10)
                .SampleSize,
            Is.EqualTo(10)
        );
        Assert.That(() => new PlexusOptions { SampleSize = 3, Aggregators = 4 }.For(10), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new PlexusOptions { SampleSize = 3, SuccessFraction = 0.3 }.For(10),
            Throws.InstanceOf<ArgumentOutOfRangeException>()
        );
        Assert.That(() => Run(world with { Devices = [] }), Throws.ArgumentException);
        Assert.That(
            () => Run(world with { Devices = [new(10, 0)] }),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("never end")
        );
        Assert.That(() => Run(world with { Task = Task(3, 20) }), Throws.ArgumentException.With.Message.Contains("3 nodes"));
        Assert.That(() => world with { Duration = VirtualTime.Zero }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Roster.Of([new NodeId("a"u8), new NodeId("a"u8)]), Throws.ArgumentException.With.Message.Contains("twice"));
        static SimulationResult Run(SimulationOptions options) =>
            DecentralizedSimulation.Run(new Plexus(new() { SampleSize = 1, SuccessFraction = 1 }), options);
    }

    [Test]
    public void All_nodes_offline_is_an_idle_run()
    {
        ScriptedPresence nobody = new(Enumerable.Range(0, 10), [(50, 3, "join"), (60, 4, "join")]);
        SimulationResult run = DecentralizedSimulation.Run(new Plexus(Small), World(10, 100) with { Availability = nobody, Task = null });
        Assert.That(run.Status, Is.EqualTo(RunStatus.Completed));
        Assert.That(run.Rounds, Is.Empty);
    }

    [Test]
    public void A_run_in_which_nobody_works_any_more_says_so()
    {
        ScriptedPresence crash = new([], Enumerable.Range(1, 29).Select(node => (20.0, node, "crash")));
        SimulationResult run = DecentralizedSimulation.Run(
            new Plexus(Small with { Compatibility = Compatibility.Official }),
            World(30, 5000) with
            {
                Availability = crash,
                Task = null,
            }
        );
        Assert.That(run.Status, Is.EqualTo(RunStatus.LivenessLost));
        Assert.That(run.EndS, Is.LessThan(2000));
    }

    private static PlexusOptions Small { get; } = new() { SampleSize = 5 };

    private static DenseTask Task(int nodes, int batch)
    {
        TanhMixture world = new(RandomStream.Named("tests", "world"));
        return new(
            new DenseNetwork([32, 10]),
            [.. Enumerable.Range(0, nodes).Select(i => world.Generate(50, RandomStream.Named("tests", "rows", $"{i}")))],
            world.Generate(100, RandomStream.Named("tests", "test")),
            RandomStream.Named("tests", "model"),
            batchSize: batch
        );
    }

    private static SimulationOptions World(int nodes, double seconds) =>
        new()
        {
            Devices = FedScaleLikeDevices.Draw(nodes, RandomStream.Named("tests", "devices")),
            Latency = CityLatencies.Draw(20, RandomStream.Named("tests", "cities")),
            Duration = VirtualTime.FromSeconds(seconds),
            Task = Task(nodes, 20),
            EvaluateEvery = VirtualTime.FromSeconds(60),
            EvaluateEveryRounds = 5,
        };

    private sealed class CancelAt(double seconds, CancellationTokenSource source) : IProgress<SimulationProgress>
    {
        public void Report(SimulationProgress value)
        {
            if (value.TimeS > seconds)
            {
                source.Cancel();
            }
        }
    }
}
