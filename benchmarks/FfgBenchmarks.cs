using BenchmarkDotNet.Attributes;
using ResearchKit.Graphs;
using ResearchKit.Numerics;
using ResearchKit.Watermark;

namespace ResearchKit.Benchmarks;

/// <summary>FFG on a graph of the size of ego-Facebook (4039 nodes, about 88,000 edges), m = 512, 882 flips, two threads.</summary>
[MemoryDiagnoser]
public class FfgBenchmarks
{
    private readonly FfgWatermark sampled = new(new FfgOptions { Budget = 882 }) { Threads = 2 };
    private readonly FfgWatermark dense = new(new FfgOptions { Budget = 882, Candidates = CandidateRule.Dense }) { Threads = 2 };
    private Graph graph = null!;
    private Graph marked = null!;
    private FfgKey sampledKey = null!;
    private FfgKey denseKey = null!;

    [GlobalSetup]
    public void Setup()
    {
        Torch.EnsureLoaded();
        Torch.SetThreads(2);
        graph = RandomGraphs.BarabasiAlbert(4039, 22, RandomStream.Named("benchmarks", "ffg"));
        sampledKey = sampled.GenerateKey(GraphInfo.Of(graph), new byte[FfgKey.SecretBytes]);
        denseKey = dense.GenerateKey(GraphInfo.Of(graph), new byte[FfgKey.SecretBytes]);
        marked = sampled.Embed(graph, sampledKey).Graph;
    }

    [Benchmark(Baseline = true)]
    public FfgEmbedding EmbedSampled() => sampled.Embed(graph, sampledKey);

    [Benchmark]
    public FfgEmbedding EmbedDense() => dense.Embed(graph, denseKey);

    [Benchmark]
    public FfgDetection Detect() => sampled.Detect(marked, graph, sampledKey);

    [Benchmark]
    public FfgDetection DetectBlind() => sampled.Detect(marked, null, sampledKey);
}
