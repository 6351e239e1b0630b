using System.Diagnostics;
using ResearchKit.Metrics;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Moe;

/// <summary>Measures what the simulator wants to know of this machine: the time of an expert by its tokens, the bandwidth of copying weights, and of handing rows over.</summary>
public static class MachineCalibration
{
    private static readonly int[] Batches = [1, 32, 128, 512];

    /// <summary>Measures; a few seconds.</summary>
    /// <param name="shape">The expert's shape.</param>
    /// <param name="ranks">The ranks to simulate later.</param>
    /// <param name="threads">Torch's threads for a rank.</param>
    /// <param name="repeats">Repetitions, of which the median counts.</param>
    /// <param name="cancellationToken">Stops between measurements.</param>
    /// <returns>A cluster of such ranks. Its in-sample error is that of the straight line through the expert's times; exchanges are memory copies, which a network is not.</returns>
    public static ClusterSpec Measure(
        ExpertShape shape,
        int ranks,
        int threads = 1,
        int repeats = 5,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(repeats, 1);
        using IDisposable pinned = Torch.PinThreads(threads);
        using HostExpertStore store = HostExpertStore.Random(1, shape, RandomStream.Named("calibration"));
        using ExpertWeights slot = ExpertWeights.Empty(shape);
        double[] times = [.. Batches.Select(tokens => ExpertSeconds(store[0], tokens, repeats, cancellationToken))];
        (double call, double token) = Line(Batches, times);
        double error = Batches.Zip(times, (n, t) => Math.Abs(((call + (token * n)) / t) - 1)).Max();
        double copy = shape.Parameters * sizeof(float) / Median(repeats, () => store.Load(0, slot, cancellationToken), cancellationToken);
        return new()
        {
            Name = "this machine",
            Ranks = ranks,
            LatencySeconds = 20e-6,
            HostBytesPerSecond = copy,
            HostContention = 1.0 / Math.Min(ranks, Environment.ProcessorCount),
            PeerBytesPerSecond = copy,
            Engine = new()
            {
                Name = $"experts of {shape.ModelWidth} x {shape.HiddenWidth}, {threads} threads",
                CallSeconds = Math.Max(0, call),
                TokenSeconds = Math.Max(1e-12, token),
                LeastCallSeconds = times[0],
                ExchangeBytesPerSecond = copy,
                InSampleError = error,
            },
        };
    }

    private static double ExpertSeconds(ExpertWeights expert, int tokens, int repeats, CancellationToken cancellationToken)
    {
        using torch.Tensor input = torch.zeros([tokens, expert.Shape.ModelWidth]);
        using torch.Tensor output = torch.zeros([tokens, expert.Shape.ModelWidth]);
        using torch.Tensor hidden = torch.zeros([2L * tokens, expert.Shape.HiddenWidth]);
        return Median(repeats, () => expert.Compute(input, output, hidden), cancellationToken);
    }

    private static double Median(int repeats, Action action, CancellationToken cancellationToken)
    {
        action();
        double[] seconds = new double[repeats];
        for (int i = 0; i < repeats; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            action();
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return Quantiles.Median(seconds);
    }

    /// <summary>The line of least relative error.</summary>
    private static (double Intercept, double Slope) Line(int[] x, double[] y)
    {
        double w = 0;
        double wx = 0;
        double wy = 0;
        double wxx = 0;
        double wxy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double weight = 1 / (y[i] * y[i]);
            w += weight;
            wx += weight * x[i];
            wy += weight * y[i];
            wxx += weight * x[i] * x[i];
            wxy += weight * x[i] * y[i];
        }

        double slope = ((w * wxy) - (wx * wy)) / ((w * wxx) - (wx * wx));
        return ((wy - (slope * wx)) / w, slope);
    }
}
