using BenchmarkDotNet.Attributes;
using ResearchKit.Audit;
using ResearchKit.Numerics;

namespace ResearchKit.Benchmarks;

/// <summary>The audit's hot paths on a million rows of two groups.</summary>
[MemoryDiagnoser]
public class AuditBenchmarks
{
    private const int Rows = 1_000_000;

    private readonly byte[] labels = new byte[Rows];
    private readonly byte[] answers = new byte[Rows];
    private readonly byte[] group = new byte[Rows];
    private readonly int[] groups = new int[Rows];
    private readonly double[] scores = new double[Rows];
    private readonly byte[] manipulated = new byte[Rows];
    private readonly FewestFlips exact = new(0.001);
    private readonly LinearRelaxation linear = new(0.001);
    private readonly ThresholdManipulation threshold = new();
    private ManipulationContext context = null!;

    [GlobalSetup]
    public void Setup()
    {
        RandomStream random = RandomStream.Named("benchmarks", "audit");
        for (int i = 0; i < Rows; i++)
        {
            group[i] = random.NextBool(0.3) ? (byte)1 : (byte)0;
            scores[i] = Math.Clamp(0.55 - (0.1 * group[i]) + (0.25 * random.NextGaussian()), 0.001, 0.999);
            labels[i] = random.NextBool(scores[i]) ? (byte)1 : (byte)0;
            answers[i] = scores[i] > 0.5 ? (byte)1 : (byte)0;
            groups[i] = group[i];
        }
        context = new ManipulationContext(scores, group, random);
    }

    [Benchmark(Baseline = true)]
    public double DemographicParity() => TwoGroupFairness.SignedDemographicParity(answers, group);

    [Benchmark]
    public double TableOfAllMetrics()
    {
        GroupTable table = GroupTable.Of(labels, answers, groups);
        return FairnessMetrics.All.Sum(m => table.Metric(m).Overall);
    }

    [Benchmark]
    public ManipulationOutcome ExactProjection() => exact.Answer(context, manipulated);

    [Benchmark]
    public ManipulationOutcome CrossEntropyRelaxation() => linear.Answer(context, manipulated);

    [Benchmark]
    public ManipulationOutcome FittedThresholds() => threshold.Answer(context, manipulated);
}
