using System.Diagnostics;
using System.Globalization;
using ResearchKit.Merge;
using ResearchKit.Numerics;

namespace ResearchKit.Benchmarks;

/// <summary>Our half of <c>merge.sh</c>: planning with similarities, TIES with trimming, EMR and PCB on 8 tasks of 5 million parameters, planning also for 30 tasks of 1.25 million.</summary>
internal static class MergeTimes
{
    private const int Tasks = 8;
    private const int BlockCount = 25;
    private const int Length = 200_000;

    // The paper's largest number of tasks.
    private const int ManyTasks = 30;
    private const int ManyLength = 50_000;

    /// <summary>Prints <c>name wall processor</c> in seconds, best of the repeats.</summary>
    public static int Run()
    {
        BlockDivision blocks = Division(BlockCount, Length);
        BlockDivision whole = Division(1, BlockCount * Length);
        TaskVectors divided = Draw(blocks, Tasks);
        TaskVectors one = Draw(whole, Tasks);
        Measure("plan", 5, () => MergePlanner.Plan(divided, blocks, new Averaging()));
        BlockDivision smaller = Division(BlockCount, ManyLength);
        TaskVectors many = Draw(smaller, ManyTasks);
        Measure("plan-30", 5, () => MergePlanner.Plan(many, smaller, new Averaging()));
        Measure("ties", 5, () => Merge(one, new TiesMerging(0.2)));
        Measure("emr", 5, () => Merge(one, new EmrMerging()));
        Measure("pcb", 3, () => Merge(one, new PcbMerging(0.1)));
        return 0;
    }

    /// <summary>Prints how long planning takes from the matrices of 100 tasks and 200 blocks.</summary>
    public static int RunPlanning()
    {
        const int Many = 100;
        RandomStream stream = RandomStream.Named("benchmarks", "merge-planning");
        SimilarityMatrix[] matrices =
        [
            .. Enumerable
                .Range(0, 200)
                .Select(_ =>
                {
                    float[] values = new float[Many * Many];
                    for (int i = 0; i < Many; i++)
                    {
                        for (int j = i; j < Many; j++)
                        {
                            values[(i * Many) + j] = values[(j * Many) + i] = stream.NextSingle();
                        }
                    }
                    return new SimilarityMatrix(Many, values);
                }),
        ];
        BlockDivision division = Division(200, 1000);
        string[] names = [.. Enumerable.Range(0, Many).Select(i => $"task-{i}")];
        Measure("planning-100x200", 20, () => MergePlanner.Plan(names, division, matrices, new SizeAccounting(false)));
        return 0;
    }

    private static void Merge(TaskVectors vectors, IMergeAlgorithm algorithm)
    {
        IPreparation? preparation = algorithm.Prepare(vectors, default);
        algorithm.Merge(vectors.Group(0, [.. Enumerable.Range(0, Tasks)], preparation), preparation, default);
    }

    private static void Measure(string name, int repeats, Action action)
    {
        (double wall, double processor) = (double.PositiveInfinity, double.PositiveInfinity);
        for (int i = 0; i <= repeats; i++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            action();
            if (i > 0)
            {
                wall = Math.Min(wall, Stopwatch.GetElapsedTime(start).TotalSeconds);
                processor = Math.Min(processor, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
            }
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {wall:0.0000} {processor:0.0000}"));
    }

    private static BlockDivision Division(int blocks, int length) =>
        new([.. Enumerable.Range(0, blocks).Select(i => new Block($"b{i:000}", [($"w{i}", [length], 0)]))], []);

    private static TaskVectors Draw(BlockDivision division, int tasks)
    {
        float[] Vector(string name, Block block)
        {
            double[] values = new double[block.Length];
            RandomStream.Named("benchmarks", "merge", name, block.Name).FillGaussian(values);
            return [.. values.Select(v => (float)v)];
        }

        return new TaskVectors(
            [.. Enumerable.Range(0, tasks).Select(i => $"task-{i}")],
            division.Blocks,
            [.. division.Blocks.Select(block => new float[block.Length])],
            [.. Enumerable.Range(0, tasks).Select(task => division.Blocks.Select(block => Vector($"task-{task}", block)).ToArray())]
        );
    }
}
