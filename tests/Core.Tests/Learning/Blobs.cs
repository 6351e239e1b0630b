using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Learning;

/// <summary>Gaussian clouds, one a class: learnable, and every row known.</summary>
internal sealed class Blobs : ILabeledBatchSource
{
    private readonly float[] _features;
    private readonly int[] _labels;

    public Blobs(int count, int features, int classes, string name = "blobs", double spread = 0.4)
    {
        (FeatureLength, ClassCount) = (features, classes);
        var random = RandomStream.Named(name);
        var centres = Enumerable.Range(0, features * classes).Select(_ => RandomStream.Named("centres", $"{_}").NextGaussian()).ToArray();
        _labels = [.. Enumerable.Range(0, count).Select(i => i % classes)];
        _features =
        [
            .. Enumerable
                .Range(0, count * features)
                .Select(i => (float)(centres[_labels[i / features] * features + i % features] + spread * random.NextGaussian())),
        ];
    }

    public int Count => _labels.Length;

    public int FeatureLength { get; }

    public int ClassCount { get; }

    public void CopyBatch(ReadOnlySpan<int> indices, Span<float> features, Span<int> labels)
    {
        for (var i = 0; i < indices.Length; i++)
        {
            _features.AsSpan(indices[i] * FeatureLength, FeatureLength).CopyTo(features[(i * FeatureLength)..]);
            labels[i] = _labels[indices[i]];
        }
    }
}
