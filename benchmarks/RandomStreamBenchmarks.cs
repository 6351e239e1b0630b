using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using ResearchKit.Numerics;

namespace ResearchKit.Benchmarks;

/// <summary>
/// Random words beside the bound (memset of the same bytes) and the peer (System.Random, xoshiro256**), from the first-level cache to main memory; and what
/// is made of them. Gigabytes a second = Bytes / mean.
/// </summary>
public class RandomStreamBenchmarks
{
    private readonly RandomStream _stream = RandomStream.Named("benchmark");
    private readonly Random _peer = new();
    private byte[] _buffer = [];

    [Params(4 << 10, 1 << 20, 64 << 20)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Allocate() => _buffer = new byte[Bytes];

    [Benchmark(Baseline = true)]
    public void Memset() => _buffer.AsSpan().Fill(1);

    [Benchmark]
    public void SystemRandomNextBytes() => _peer.NextBytes(_buffer);

    [Benchmark]
    public void FillWords() => _stream.Fill(MemoryMarshal.Cast<byte, uint>(_buffer.AsSpan()));

    [Benchmark]
    public void FillWordsScalar() => Draw(MemoryMarshal.Cast<byte, uint>(_buffer.AsSpan()));

    [Benchmark]
    public void FillSingles() => _stream.Fill(MemoryMarshal.Cast<byte, float>(_buffer.AsSpan()));

    [Benchmark]
    public void FillDoubles() => _stream.Fill(MemoryMarshal.Cast<byte, double>(_buffer.AsSpan()));

    [Benchmark]
    public void FillGaussians() => _stream.FillGaussian(MemoryMarshal.Cast<byte, double>(_buffer.AsSpan()));

    private void Draw(Span<uint> words)
    {
        foreach (ref var word in words)
        {
            word = _stream.NextUInt32();
        }
    }
}
