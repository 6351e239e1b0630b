using System.Runtime.InteropServices;
using ResearchKit.Data;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Learning;

/// <summary>One batch as tensors, filled again and again: rows are copied into memory that the tensors own.</summary>
internal sealed class TensorBatch : IDisposable
{
    private readonly ILabeledBatchSource _data;
    private readonly torch.Device _device;
    private readonly float[] _features;
    private readonly int[] _labels;
    private readonly long[] _rowShape;
    private torch.Tensor _inputs;
    private torch.Tensor _targets;
    private int _count;

    public TensorBatch(
        ILabeledBatchSource data,
        int capacity,
        IReadOnlyList<long>? inputShape,
        torch.Device device,
        int? featureLength = null
    )
    {
        var length = featureLength ?? data.FeatureLength;
        _rowShape = [.. inputShape ?? [length]];
        if (TensorShape.Count(_rowShape) != length)
        {
            throw new ArgumentException(
                $"The input shape {TensorShape.Text(_rowShape)} does not hold a row of {length} features.",
                nameof(inputShape)
            );
        }
        _data = data;
        _device = device;
        Capacity = capacity;
        _features = new float[capacity * (long)data.FeatureLength];
        _labels = new int[capacity];
        (_inputs, _targets) = Allocate(capacity);
        _count = capacity;
    }

    public int Capacity { get; }

    public int ClassCount => _data.ClassCount;

    public ReadOnlySpan<int> LabelValues => _labels.AsSpan(0, _count);

    /// <summary>n x the shape of a row, float32. Belongs to the batch.</summary>
    public torch.Tensor Inputs => _inputs;

    /// <summary>n labels, int64. Belongs to the batch.</summary>
    public torch.Tensor Targets => _targets;

    public void Load(ReadOnlySpan<int> rows, ImageTransforms? transforms, RandomStream? random)
    {
        if (rows.Length != _count)
        {
            _inputs.Dispose();
            _targets.Dispose();
            (_inputs, _targets) = Allocate(rows.Length);
            _count = rows.Length;
        }
        var features = _features.AsSpan(0, rows.Length * _data.FeatureLength);
        _data.CopyBatch(rows, features, _labels.AsSpan(0, rows.Length));
        using var host = _device.type == DeviceType.CPU ? null : torch.empty([rows.Length, .. _rowShape], torch.float32);
        var values = MemoryMarshal.Cast<byte, float>((host ?? _inputs).bytes);
        if (transforms is null)
        {
            features.CopyTo(values);
        }
        else
        {
            transforms.ApplyToBatch(features, values, rows.Length, random!);
        }
        using var hostTargets = host is null ? null : torch.empty(rows.Length, torch.int64);
        var targets = MemoryMarshal.Cast<byte, long>((hostTargets ?? _targets).bytes);
        for (var i = 0; i < rows.Length; i++)
        {
            targets[i] = _labels[i];
        }
        if (host is not null)
        {
            _inputs.copy_(host); // returns the tensor itself
            _targets.copy_(hostTargets!);
        }
    }

    public void Dispose()
    {
        _inputs.Dispose();
        _targets.Dispose();
    }

    public static torch.Device DeviceOf(torch.nn.Module module)
    {
        Torch.EnsureLoaded();
        return module.parameters().FirstOrDefault()?.device ?? torch.CPU;
    }

    // Not bound to the caller's scope: a batch outlives the scope of a step.
    private (torch.Tensor, torch.Tensor) Allocate(int count) =>
        (
            torch.empty([count, .. _rowShape], torch.float32, _device).DetachFromDisposeScope(),
            torch.empty(count, torch.int64, _device).DetachFromDisposeScope()
        );
}
