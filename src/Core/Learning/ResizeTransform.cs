using ResearchKit.Numerics;

namespace ResearchKit.Learning;

internal sealed class ResizeTransform : ImageTransform
{
    private readonly int _height;
    private readonly int _width;

    public ResizeTransform(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (_height, _width) = (height, width);
    }

    public override ImageShape OutputShape(ImageShape input) => new(input.Channels, _height, _width);

    public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, RandomStream random)
    {
        for (var row = 0; row < _height; row++)
        {
            var (top, bottom, down) = Between(row, _height, shape.Height);
            for (var column = 0; column < _width; column++)
            {
                var (left, right, along) = Between(column, _width, shape.Width);
                for (var channel = 0; channel < shape.Channels; channel++)
                {
                    var plane = image.Slice(channel * shape.Height * shape.Width, shape.Height * shape.Width);
                    var upper = plane[top * shape.Width + left] * (1 - along) + plane[top * shape.Width + right] * along;
                    var lower = plane[bottom * shape.Width + left] * (1 - along) + plane[bottom * shape.Width + right] * along;
                    result[(channel * _height + row) * _width + column] = upper * (1 - down) + lower * down;
                }
            }
        }
    }

    // The two pixels around the centre of an output pixel, and how far it is from the first.
    private static (int First, int Second, float Share) Between(int index, int outputs, int inputs)
    {
        var at = Math.Max(0, (index + 0.5) * inputs / outputs - 0.5);
        var first = Math.Min((int)at, inputs - 1);
        return (first, Math.Min(first + 1, inputs - 1), (float)(at - first));
    }
}
