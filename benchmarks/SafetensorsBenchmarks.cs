using BenchmarkDotNet.Attributes;
using ResearchKit.Numerics;

namespace ResearchKit.Benchmarks;

/// <summary>A file of 40 MB in 64 tensors, in the page cache: written (flushed to the disk), read whole, mapped; beside plain writing and reading of the same bytes.</summary>
public class SafetensorsBenchmarks
{
    private const int Tensors = 64;
    private const int Elements = 156_250;

    private readonly float[] _values = new float[Elements];
    private readonly byte[] _bytes = new byte[Tensors * Elements * 4];
    private string _folder = "";
    private string _path = "";

    [GlobalSetup]
    public async Task Make()
    {
        _folder = Directory.CreateTempSubdirectory("researchkit-benchmark-").FullName;
        _path = Path.Combine(_folder, "a.safetensors");
        await Write();
    }

    [GlobalCleanup]
    public void Drop() => Directory.Delete(_folder, recursive: true);

    [Benchmark]
    public Task Write() =>
        SafetensorsWriter.WriteAsync(
            _path,
            Enumerable.Range(0, Tensors).Select(i => SafetensorsTensor.OfSingles($"layers.{i}.weight", [Elements], _values))
        );

    [Benchmark]
    public void WriteAndFlushPlainBytes()
    {
        using var file = File.Create(Path.Combine(_folder, "plain"));
        file.Write(_bytes);
        file.Flush(flushToDisk: true);
    }

    [Benchmark]
    public void Open() => SafetensorsFile.Open(_path).Dispose();

    [Benchmark]
    public void ReadAll()
    {
        using var file = SafetensorsFile.Open(_path);
        foreach (var tensor in file.Tensors)
        {
            file.ReadSingles(tensor.Name, 0, _values);
        }
    }

    [Benchmark]
    public void ReadPlainBytes()
    {
        using var file = File.OpenHandle(_path);
        RandomAccess.Read(file, _bytes, 0);
    }

    [Benchmark]
    public float MapAndSum()
    {
        using var file = SafetensorsFile.Open(_path);
        var sum = 0f;
        foreach (var tensor in file.Tensors)
        {
            using var view = file.View(tensor.Name);
            sum += System.Numerics.Tensors.TensorPrimitives.Sum(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(view.Bytes));
        }
        return sum;
    }
}
