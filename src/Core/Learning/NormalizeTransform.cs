using System.Numerics.Tensors;
using ResearchKit.Numerics;

namespace ResearchKit.Learning;

internal sealed class NormalizeTransform : ImageTransform
{
    private readonly float[] _mean;
    private readonly float[] _deviation;

    public NormalizeTransform(IReadOnlyList<float> mean, IReadOnlyList<float> deviation)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(deviation);
        if (mean.Count == 0 || mean.Count != deviation.Count || deviation.Any(value => !(value > 0)))
        {
            throw new ArgumentException(
                $"The means are [{string.Join(", ", mean)}] and the deviations [{string.Join(", ", deviation)}]; one of each for each channel, the deviations positive."
            );
        }
        (_mean, _deviation) = ([.. mean], [.. deviation]);
    }

    public override ImageShape OutputShape(ImageShape input) =>
        input.Channels == _mean.Length
            ? input
            : throw new ArgumentException($"Means and deviations are for {_mean.Length} channels; the image is {input}.");

    public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, RandomStream random)
    {
        var size = shape.Height * shape.Width;
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            var to = result.Slice(channel * size, size);
            TensorPrimitives.Subtract(image.Slice(channel * size, size), _mean[channel], to);
            TensorPrimitives.Divide(to, _deviation[channel], to);
        }
    }
}
