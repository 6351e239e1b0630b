using BenchmarkDotNet.Attributes;
using ResearchKit.Data;
using ResearchKit.Graphs;
using ResearchKit.Numerics;

namespace ResearchKit.Benchmarks;

/// <summary>Reading an edge list from the page cache, at three sizes, beside plain reading of the same bytes. Bytes over time is the rate.</summary>
public class EdgeListBenchmarks
{
    private string _folder = "";
    private string _path = "";

    /// <summary>Edges of the file; a line has some 14 bytes.</summary>
    [Params(100_000, 1_000_000, 4_000_000)]
    public int Edges { get; set; }

    [GlobalSetup]
    public async Task Make()
    {
        _folder = Directory.CreateTempSubdirectory("researchkit-benchmark-").FullName;
        _path = Path.Combine(_folder, "graph.txt");
        Graph graph = RandomGraphs.BarabasiAlbert(Edges / 5, 5, RandomStream.Named("benchmarks", "edge-list"));
        await EdgeList.SaveAsync(graph, _path);
        Console.WriteLine($"// {graph.EdgeCount} edges, {new FileInfo(_path).Length} bytes");
    }

    [GlobalCleanup]
    public void Drop() => Directory.Delete(_folder, recursive: true);

    [Benchmark(Baseline = true)]
    public byte[] ReadPlainBytes() => File.ReadAllBytes(_path);

    [Benchmark]
    public Task<LoadedGraph> LoadAsync() => EdgeList.LoadAsync(_path);

    [Benchmark]
    public async Task SaveAsync() => await EdgeList.SaveAsync((await EdgeList.LoadAsync(_path)).Graph, Path.Combine(_folder, "copy.txt"));
}
