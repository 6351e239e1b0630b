using ResearchKit.Numerics;

namespace ResearchKit.Learning;

internal sealed class QuarterTurnTransform(int turns) : ImageTransform
{
    private readonly int _turns = (turns % 4 + 4) % 4;

    public override ImageShape OutputShape(ImageShape input) => _turns % 2 == 0 ? input : new(input.Channels, input.Width, input.Height);

    public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, RandomStream random)
    {
        var output = OutputShape(shape);
        var size = shape.Height * shape.Width;
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            var plane = image.Slice(channel * size, size);
            for (var row = 0; row < output.Height; row++)
            {
                for (var column = 0; column < output.Width; column++)
                {
                    var (y, x) = _turns switch
                    {
                        0 => (row, column),
                        1 => (column, shape.Width - 1 - row),
                        2 => (shape.Height - 1 - row, shape.Width - 1 - column),
                        _ => (shape.Height - 1 - column, row),
                    };
                    result[channel * size + row * output.Width + column] = plane[y * shape.Width + x];
                }
            }
        }
    }
}
