using ResearchKit.Numerics;

namespace ResearchKit.Learning;

internal sealed class CutoutTransform : ImageTransform
{
    private readonly int _size;

    public CutoutTransform(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _size = size;
    }

    public override ImageShape OutputShape(ImageShape input) => input;

    public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, RandomStream random)
    {
        image.CopyTo(result);
        var (row, column) = (random.NextInt(shape.Height), random.NextInt(shape.Width));
        var (top, left) = (row - _size / 2, column - _size / 2);
        var (first, end) = (Math.Max(0, left), Math.Min(shape.Width, left + _size));
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            for (var y = Math.Max(0, top); y < Math.Min(shape.Height, top + _size); y++)
            {
                result.Slice((channel * shape.Height + y) * shape.Width + first, end - first).Clear();
            }
        }
    }
}
