using BenchmarkDotNet.Attributes;
using ResearchKit.Data;
using ResearchKit.Learning;
using ResearchKit.Numerics;
using static TorchSharp.torch.nn;

namespace ResearchKit.Benchmarks;

/// <summary>100 steps of SGD: torch with 1 and 2 threads inside an operation, and the plain network, for a model of a simulation and for a larger one.</summary>
public class TrainingBenchmarks
{
    private const int Steps = 100;

    private readonly Rows _rows = new();

    /// <summary>The units of the layers.</summary>
    [Params("32-48-10", "784-64-64-10")]
    public string Shape { get; set; } = "";

    private int[] Sizes => [.. Shape.Split('-').Select(int.Parse)];

    [GlobalSetup]
    public void Make() => _rows.FeatureLength = Sizes[0];

    [Benchmark(Baseline = true)]
    public void TorchOneThread() => Train(1);

    [Benchmark]
    public void TorchTwoThreads() => Train(2);

    [Benchmark]
    public void PlainNetwork()
    {
        var network = new DenseNetwork(Sizes);
        var vector = network.Initialize(RandomStream.Named("benchmark"));
        var order = new BatchOrder(_rows.Count, 20, RandomStream.Named("order"));
        var workspace = network.CreateWorkspace(20);
        var (features, labels, gradient) = (new float[20 * Sizes[0]], new int[20], new float[network.ParameterCount]);
        for (var step = 0; step < Steps; step++)
        {
            _rows.CopyBatch(order.Next(), features, labels);
            network.LossAndGradient(vector.Values, features, labels, gradient, workspace);
            DenseNetwork.SgdStep(vector.Values, gradient, 0.1);
        }
    }

    private void Train(int threads)
    {
        Torch.SetThreads(threads);
        var sizes = Sizes;
        var layers = Enumerable
            .Range(0, sizes.Length - 1)
            .Select(i => ($"{i}", (Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>)Linear(sizes[i], sizes[i + 1])));
        using var model = Sequential(layers.SelectMany((layer, i) => i == 0 ? [layer] : new[] { ($"a{i}", ReLU()), layer }).ToArray());
        new Trainer(new() { BatchSize = 20, Steps = Steps }).Train(model, _rows, RandomStream.Named("benchmark"));
    }

    private sealed class Rows : ILabeledBatchSource
    {
        public int Count => 1000;

        public int FeatureLength { get; set; }

        public int ClassCount => 10;

        public void CopyBatch(ReadOnlySpan<int> indices, Span<float> features, Span<int> labels)
        {
            RandomStream.Named("rows", $"{indices[0]}").Fill(features);
            for (var i = 0; i < indices.Length; i++)
            {
                labels[i] = indices[i] % 10;
            }
        }
    }
}
