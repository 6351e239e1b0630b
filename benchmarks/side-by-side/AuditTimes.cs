using System.Diagnostics;
using System.Globalization;
using ResearchKit.Audit;
using ResearchKit.Numerics;

namespace ResearchKit.Benchmarks;

/// <summary>
/// Our half of <c>audit.sh</c>: milliseconds of the audit's hot paths by wall clock (best and median of the repeats) and by processor time (the mean, which other load on the machine changes less), and the bytes that one call allocates.
/// </summary>
internal static class AuditTimes
{
    /// <summary>Prints one line a path: <c>name rows best median processor bytes</c>.</summary>
    /// <param name="arguments">The number of rows; 1,000,000 by default.</param>
    public static int Run(string[] arguments)
    {
        int rows = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        RandomStream random = RandomStream.Named("benchmarks", "audit");
        double[] scores = new double[rows];
        byte[] labels = new byte[rows];
        byte[] answers = new byte[rows];
        byte[] group = new byte[rows];
        int[] groups = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            group[i] = random.NextBool(0.3) ? (byte)1 : (byte)0;
            scores[i] = Math.Clamp(0.55 - (0.1 * group[i]) + (0.25 * random.NextGaussian()), 0.001, 0.999);
            labels[i] = random.NextBool(scores[i]) ? (byte)1 : (byte)0;
            answers[i] = scores[i] > 0.5 ? (byte)1 : (byte)0;
            groups[i] = group[i];
        }
        Time("parity", rows, () => TwoGroupFairness.SignedDemographicParity(answers, group));
        Time("table", rows, () => FullTable(labels, answers, groups));
        ManipulationContext context = new(scores, group, random);
        byte[] manipulated = new byte[rows];
        Time("context", rows, () => new ManipulationContext(scores, group, random).Margins.Rows);
        FewestFlips exact = new(0.001);
        Time("exact-projection", rows, () => (double)exact.Answer(context, manipulated));
        LinearRelaxation linear = new(0.001);
        Time("linear-relaxation", rows, () => (double)linear.Answer(context, manipulated));
        int part = Math.Min(rows, 100_000);
        ThresholdOptimizer optimizer = new();
        Time("threshold-fit", part, () => optimizer.Fit(scores.AsSpan(0, part), answers.AsSpan(0, part), group.AsSpan(0, part)).BestX);
        return 0;
    }

    private static double FullTable(byte[] labels, byte[] answers, int[] groups)
    {
        GroupTable table = GroupTable.Of(labels, answers, groups);
        double sum = table.DemographicParityDifference();
        foreach (FairnessMetric metric in FairnessMetrics.All)
        {
            sum += table.Metric(metric).Overall;
        }
        return sum;
    }

    private static void Time(string name, int rows, Func<double> run)
    {
        const int repeats = 25;
        double kept = run() + run() + run();
        double[] times = new double[repeats];
        long before = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan processor = Process.GetCurrentProcess().TotalProcessorTime;
        for (int i = 0; i < repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            kept += run();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        double mean = (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalMilliseconds / repeats;
        long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / repeats;
        Array.Sort(times);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name} {rows} {times[0]:0.000} {times[repeats / 2]:0.000} {mean:0.000} {bytes}{(kept == 1 ? " " : "")}"
            )
        );
    }
}
