using ResearchKit.Numerics;

namespace ResearchKit.Learning;

internal sealed class CropTransform : ImageTransform
{
    private readonly int _height;
    private readonly int _width;
    private readonly int _padding;
    private readonly bool _isRandom;

    public CropTransform(int height, int width, int padding, bool isRandom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        (_height, _width, _padding, _isRandom) = (height, width, padding, isRandom);
    }

    public override ImageShape OutputShape(ImageShape input) =>
        _height <= input.Height + 2 * _padding && _width <= input.Width + 2 * _padding
            ? new(input.Channels, _height, _width)
            : throw new ArgumentException($"A window of {_height} x {_width} does not fit into {input} with {_padding} around it.");

    public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, RandomStream random)
    {
        var (rows, columns) = (shape.Height + 2 * _padding - _height, shape.Width + 2 * _padding - _width);
        var top = (_isRandom ? random.NextInt(rows + 1) : rows / 2) - _padding;
        var left = (_isRandom ? random.NextInt(columns + 1) : columns / 2) - _padding;
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            var plane = image.Slice(channel * shape.Height * shape.Width, shape.Height * shape.Width);
            for (var row = 0; row < _height; row++)
            {
                var to = result.Slice((channel * _height + row) * _width, _width);
                var from = top + row;
                if ((uint)from >= (uint)shape.Height)
                {
                    to.Clear();
                    continue;
                }
                var first = Math.Clamp(-left, 0, _width);
                var end = Math.Clamp(shape.Width - left, first, _width);
                to[..first].Clear();
                to[end..].Clear();
                plane.Slice(from * shape.Width + left + first, end - first).CopyTo(to[first..]);
            }
        }
    }
}
