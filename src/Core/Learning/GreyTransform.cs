using System.Numerics.Tensors;
using ResearchKit.Numerics;

namespace ResearchKit.Learning;

internal sealed class GreyTransform : ImageTransform
{
    public override ImageShape OutputShape(ImageShape input) =>
        input.Channels is 1 or 3
            ? input with
            {
                Channels = 1,
            }
            : throw new ArgumentException($"Grey is made of 1 or 3 channels; the image is {input}.");

    public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, RandomStream random)
    {
        if (shape.Channels == 1)
        {
            image.CopyTo(result);
            return;
        }
        var size = shape.Height * shape.Width;
        TensorPrimitives.Multiply(image[..size], 0.299f, result);
        TensorPrimitives.MultiplyAdd(image.Slice(size, size), 0.587f, result, result);
        TensorPrimitives.MultiplyAdd(image.Slice(2 * size, size), 0.114f, result, result);
    }
}
