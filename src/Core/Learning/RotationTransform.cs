using ResearchKit.Numerics;

namespace ResearchKit.Learning;

internal sealed class RotationTransform(double degrees) : ImageTransform
{
    private readonly double _degrees = degrees is >= 0 and <= 180
        ? degrees
        : throw new ArgumentOutOfRangeException(nameof(degrees), degrees, "From 0 to 180.");

    public override ImageShape OutputShape(ImageShape input) => input;

    public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, RandomStream random)
    {
        var angle = (2 * random.NextDouble() - 1) * _degrees * Math.PI / 180;
        var (sin, cos) = Math.SinCos(angle);
        var (middleY, middleX) = ((shape.Height - 1) / 2.0, (shape.Width - 1) / 2.0);
        var size = shape.Height * shape.Width;
        for (var row = 0; row < shape.Height; row++)
        {
            for (var column = 0; column < shape.Width; column++)
            {
                var (dy, dx) = (row - middleY, column - middleX);
                var y = middleY + dx * sin + dy * cos;
                var x = middleX + dx * cos - dy * sin;
                var (top, left) = ((int)Math.Floor(y), (int)Math.Floor(x));
                var (down, right) = ((float)(y - top), (float)(x - left));
                for (var channel = 0; channel < shape.Channels; channel++)
                {
                    var plane = image.Slice(channel * size, size);
                    var upper = At(plane, shape, top, left) * (1 - right) + At(plane, shape, top, left + 1) * right;
                    var lower = At(plane, shape, top + 1, left) * (1 - right) + At(plane, shape, top + 1, left + 1) * right;
                    result[channel * size + row * shape.Width + column] = upper * (1 - down) + lower * down;
                }
            }
        }
    }
}
