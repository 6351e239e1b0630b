using ResearchKit.Numerics;

namespace ResearchKit.Learning;

internal sealed class FlipTransform(double probability) : ImageTransform
{
    private readonly double _probability = probability is >= 0 and <= 1
        ? probability
        : throw new ArgumentOutOfRangeException(nameof(probability), probability, "From 0 to 1.");

    public override ImageShape OutputShape(ImageShape input) => input;

    public override void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, RandomStream random)
    {
        image.CopyTo(result);
        if (random.NextBool(_probability))
        {
            for (var start = 0; start < result.Length; start += shape.Width)
            {
                result.Slice(start, shape.Width).Reverse();
            }
        }
    }
}
