using System.Diagnostics;
using System.Globalization;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Benchmarks;

/// <summary>
/// How fast the simulator is: seconds of processor time, which other load disturbs less than a clock. Beside each number stands what the published simulators did in the same scenario on a machine of this kind.
/// </summary>
internal static class PlexusTimes
{
    public static int Run(string[] sizes)
    {
        if (sizes.Length == 0)
        {
            Averaging();
            Events("d-psgd, 1000 nodes, 10 neighbours, 5 rounds", DPsgd, "4,980 to 8,274 in the published event simulator");
            Events("plexus, 1000 nodes, 2000 rounds", static () => Plexus(1000, 2000), "748 to 3,237 in the published asyncio simulator");
            return 0;
        }

        foreach (string size in sizes)
        {
            int nodes = int.Parse(size, CultureInfo.InvariantCulture);
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            long start = Stopwatch.GetTimestamp();
            SimulationResult run = Plexus(nodes, 1000);
            double seconds = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
            Process own = Process.GetCurrentProcess();
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{nodes} nodes: {run.Rounds.Select(r => r.Round).Distinct().Count()} rounds ({run.Rounds.Count} closings) in {seconds:0.0} s of processor time, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s by the clock, {run.Events / seconds:#,0} events/s, peak {own.PeakWorkingSet64 / (double)(1 << 20):#,0} MiB"
                )
            );
        }

        return 0;
    }

    private static void Averaging()
    {
        ParameterLayout layout = ParameterLayout.Create([("w", [1_690_046])]);
        object[] models = [.. Enumerable.Range(0, 10).Select(_ => new ParameterVector(layout))];
        double[] weights = [.. Enumerable.Repeat(0.1, 10)];
        double best = Best(() => VectorTask.WeightedMean(models, weights), 20);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"average of 10 models of 1,690,046 parameters: {1000 * best:0.0} ms")
        );
    }

    private static void Events(string what, Func<SimulationResult> run, string published)
    {
        long events = run().Events;
        double best = Best(() => run(), 3);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: {events / best:#,0} events/s ({events:#,0} events in {best:0.00} s); {published}"
            )
        );
    }

    private static SimulationResult DPsgd() =>
        DecentralizedSimulation.Run(
            new BarrierDPsgd(kernel => FixedTopology.Regular(kernel.Nodes, 10, kernel.Random("topology"))) { Rounds = 5 },
            World(1000)
        );

    private static SimulationResult Plexus(int nodes, int rounds) =>
        DecentralizedSimulation.Run(
            new Plexus { Roster = nodes > 10_000 ? Roster.OfNumbers(nodes) : null },
            World(nodes) with
            {
                MaxRounds = rounds,
                LivenessCheck = null,
            }
        );

    private static SimulationOptions World(int nodes) =>
        new()
        {
            Devices = FedScaleLikeDevices.Draw(nodes, RandomStream.Named("benchmark", "devices")),
            Latency = CityLatencies.Draw(227, RandomStream.Named("benchmark", "cities")),
            Duration = VirtualTime.FromSeconds(1e7),
        };

    private static double Best(Action run, int times) =>
        Enumerable
            .Range(0, times)
            .Min(_ =>
            {
                TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
                run();
                return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
            });
}
