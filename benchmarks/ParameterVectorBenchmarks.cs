using BenchmarkDotNet.Attributes;
using ResearchKit.Numerics;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace ResearchKit.Benchmarks;

/// <summary>10 M parameters in 121 tensors between a module and a flat vector, beside the bound (a copy of the same bytes) and the peer (parameters_to_vector).</summary>
public class ParameterVectorBenchmarks
{
    private torch.nn.Module<torch.Tensor, torch.Tensor> _module = null!;
    private ParameterVector _vector = null!;
    private ParameterVector[] _others = null!;
    private float[] _from = null!;
    private float[] _to = null!;

    [GlobalSetup]
    public void Make()
    {
        Torch.SetThreads(1);
        var layers = Enumerable.Range(0, 60).Select(i => ($"{i}", (torch.nn.Module<torch.Tensor, torch.Tensor>)Linear(408, 408)));
        _module = Sequential(layers.Append(("out", Linear(16, 16, hasBias: false))).ToArray());
        _vector = ParameterVector.Of(_module);
        _others = [.. Enumerable.Range(0, 8).Select(_ => _vector.Clone())];
        // Written once: pages never written to are all one page of zeros, and a copy of it stays in the cache.
        (_from, _to) = (_vector.Values.ToArray(), new float[_vector.Length]);
    }

    [GlobalCleanup]
    public void Drop() => _module.Dispose();

    [Benchmark(Baseline = true)]
    public void Memcpy() => _from.AsSpan().CopyTo(_to);

    [Benchmark]
    public void CopyFromModule() => _vector.CopyFrom(_module);

    [Benchmark]
    public void CopyToModule() => _vector.CopyTo(_module);

    [Benchmark]
    public void ParametersToVector()
    {
        using var noGrad = torch.no_grad();
        using var flat = torch.nn.utils.parameters_to_vector(_module.parameters());
    }

    [Benchmark]
    public void WeightedSumOf8() => _vector.SetToWeightedSum(_others, [.125, .125, .125, .125, .125, .125, .125, .125]);

    [Benchmark]
    public void WeightedSumOf8InDouble() =>
        _vector.SetToWeightedSum(_others, [.125, .125, .125, .125, .125, .125, .125, .125], Accumulator.Double);

    [Benchmark]
    public void MeanOf8() => _vector.SetToMean(_others);

    [Benchmark]
    public double Dot() => _vector.Dot(_others[0]);
}
