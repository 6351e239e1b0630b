namespace ResearchKit.Papers.HarMoEny;

/// <summary>
/// The authors' published throughputs (final files; sequences of 1,024 tokens per second, in a column headed toks/s), and the batch of each rank, found from the number of samples in the latency files: each system ran at a
/// batch of its own.
/// </summary>
internal static class HarmoenyPublished
{
    public static readonly double[] Skews = [0, 0.5, 0.9];

    private static readonly Dictionary<(string Model, string System), (double[] PerSecond, int[] Batch)> Runs = new()
    {
        [("switch", "harmoeny")] = ([211.83, 206.49, 204.90], [64, 64, 64]),
        [("switch", "exflow")] = ([207.27, 135.21, 106.22], [64, 32, 18]),
        [("switch", "fastermoe-as-shipped")] = ([224.92, 151.15, 122.56], [64, 32, 32]),
        [("switch", "fastmoe")] = ([227.22, 149.35, 121.75], [64, 32, 32]),
        [("switch", "fixed")] = ([212.71, 125.61, 103.09], [64, 32, 18]),
        [("switch", "drop")] = ([170.16, 195.09, 209.84], [64, 64, 64]),
        [("switch", "even-split")] = ([94.26, 97.94, 99.78], [64, 64, 64]),
        [("qwen", "harmoeny")] = ([33.04, 31.59, 29.84], [32, 32, 32]),
        [("qwen", "exflow")] = ([23.62, 16.20, 12.63], [4, 4, 4]),
        [("qwen", "fastermoe-as-shipped")] = ([46.22, 24.88, 18.17], [32, 8, 4]),
        [("qwen", "fastmoe")] = ([46.19, 24.70, 17.97], [32, 8, 4]),
        [("qwen", "fixed")] = ([23.34, 15.67, 12.65], [4, 4, 4]),
        [("qwen", "drop")] = ([32.89, 31.95, 31.63], [32, 32, 32]),
        [("qwen", "even-split")] = ([21.96, 19.85, 19.62], [32, 32, 32]),
    };

    public static double? PerSecond(string model, string system, double skew) =>
        Runs.TryGetValue((model, system), out var run) && Array.IndexOf(Skews, skew) is >= 0 and int i ? run.PerSecond[i] : null;

    public static int? Batch(string model, string system, double skew) =>
        Runs.TryGetValue((model, system), out var run) && Array.IndexOf(Skews, skew) is >= 0 and int i ? run.Batch[i] : null;
}
