using System.Diagnostics;
using System.Globalization;

namespace ResearchKit.Benchmarks;

/// <summary>Times of the aggregator phase and of local training, for the script beside it: seconds of processor time, which other load disturbs less than a clock.</summary>
internal static class FensTimes
{
    public static void Run()
    {
        var benchmark = new FensBenchmarks();
        benchmark.Make();
        benchmark.Rounds = 20;
        benchmark.OneBatchInPlainCode();
        benchmark.AutogradClientByClient();
        benchmark.Rounds = 500;
        var plain = Best(() => benchmark.OneBatchInPlainCode());
        var autograd = Best(() => benchmark.AutogradClientByClient(), times: 1);
        FensBenchmarks.TrainLocally(5);
        var local = Best(() => FensBenchmarks.TrainLocally(20, 1920));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"aggregator {plain:0.000} s, autograd client by client {autograd:0.000} s, ratio {autograd / plain:0.0}; local training {local:0.0000} s"
            )
        );
    }

    private static double Best(Action run, int times = 3) =>
        Enumerable
            .Range(0, times)
            .Min(_ =>
            {
                var before = Process.GetCurrentProcess().TotalProcessorTime;
                run();
                return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
            });
}
