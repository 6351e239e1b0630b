using System.Diagnostics;
using System.Globalization;
using ResearchKit.Numerics;
using ResearchKit.Watermark;
using TorchSharp;

namespace ResearchKit.Benchmarks;

/// <summary>Our half of <c>fft.sh</c>: one line a size with the best time of the transform, and the rate of the sparse kernel.</summary>
internal static class FftTimes
{
    /// <summary>
    /// Prints <c>N double-forward single-forward double-inverse</c> in seconds of two threads, then the processor time of the three on one thread,
    /// which other load on the machine changes less.
    /// </summary>
    public static int Run(string[] sizes)
    {
        Torch.EnsureLoaded();
        foreach (string text in sizes)
        {
            int size = int.Parse(text, CultureInfo.InvariantCulture);
            int repeats = size > 4500 ? 3 : 8;
            using torch.Generator generator = new(1);
            using torch.Tensor image = torch.rand([size, size], dtype: torch.float64, generator: generator);
            using torch.Tensor single = image.to(torch.float32);
            using torch.Tensor spectrum = RealFft2D.Forward(image);
            Func<IDisposable>[] transforms =
            [
                () => RealFft2D.Forward(image),
                () => RealFft2D.Forward(single),
                () => RealFft2D.Inverse(spectrum, size),
            ];
            Torch.SetThreads(2);
            double[] wall = [.. transforms.Select(t => Best(repeats, t, WallSeconds))];
            Torch.SetThreads(1);
            double[] processor = [.. transforms.Select(t => Best(repeats, t, ProcessorSeconds))];
            Console.WriteLine(
                $"{size} {string.Join(' ', wall.Concat(processor).Select(s => s.ToString("0.0000", CultureInfo.InvariantCulture)))}"
            );
        }
        return 0;
    }

    /// <summary>Prints the cosines a second of the sparse kernel, on one thread and on two.</summary>
    public static int RunKernel()
    {
        foreach ((int nodes, int length) in new[] { (4039, 512), (1_000_000, 128) })
        {
            RandomStream random = RandomStream.Named("benchmarks", "kernel");
            Carrier[] carriers =
            [
                .. Enumerable.Range(0, length).Select(_ => new Carrier(random.NextInt(nodes), random.NextInt(nodes), random.NextDouble())),
            ];
            double[] omega = new double[length];
            random.FillGaussian(omega);
            PairScorer scorer = new(KeyMaterial.OfParts(new FfgOptions(), carriers, omega, nodes).ScoreField());
            const int Rows = 4000;
            int[][] ys =
            [
                .. Enumerable.Range(0, Rows).Select(_ => Enumerable.Range(0, 250).Select(_ => random.NextInt(nodes)).Order().ToArray()),
            ];
            foreach (int threads in new[] { 1, 2 })
            {
                double seconds = Best(
                    5,
                    () =>
                    {
                        Parallel.For(
                            0,
                            Rows,
                            new ParallelOptions { MaxDegreeOfParallelism = threads },
                            () => (new float[250], new float[scorer.ScratchLength]),
                            (x, _, buffers) =>
                            {
                                scorer.Score(x, ys[x], buffers.Item1, buffers.Item2);
                                return buffers;
                            },
                            _ => { }
                        );
                        return null;
                    },
                    WallSeconds
                );
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"N={nodes} m={length} threads={threads}: {2.0 * length * Rows * 250 / seconds:0.00e+0} cosines/s"
                    )
                );
            }
        }
        return 0;
    }

    private static double WallSeconds() => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    private static double ProcessorSeconds()
    {
        using Process process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static double Best(int repeats, Func<IDisposable?> run, Func<double> clock)
    {
        run()?.Dispose();
        double best = double.PositiveInfinity;
        for (int i = 0; i < repeats; i++)
        {
            double start = clock();
            run()?.Dispose();
            best = Math.Min(best, clock() - start);
        }
        return best;
    }
}
