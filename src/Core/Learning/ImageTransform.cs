using ResearchKit.Numerics;

namespace ResearchKit.Learning;

/// <summary>Something done to an image. Immutable; what is random comes from the stream given.</summary>
public abstract class ImageTransform
{
    /// <summary>The shape of the result.</summary>
    /// <exception cref="ArgumentException">The transform does not take images of this shape.</exception>
    public abstract ImageShape OutputShape(ImageShape input);

    /// <summary>Transforms one image.</summary>
    /// <param name="image">The image, of <paramref name="shape"/>.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="result">Takes the result; does not overlap the image.</param>
    /// <param name="random">What is random comes from here.</param>
    public abstract void Apply(ReadOnlySpan<float> image, ImageShape shape, Span<float> result, RandomStream random);

    /// <summary>Cuts a window of <paramref name="height"/> x <paramref name="width"/> at a random place out of the image with <paramref name="padding"/> zeros around it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the padding is negative.</exception>
    public static ImageTransform RandomCrop(int height, int width, int padding) =>
        new CropTransform(height, width, padding, isRandom: true);

    /// <summary>Cuts the window of <paramref name="height"/> x <paramref name="width"/> in the middle.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public static ImageTransform CentreCrop(int height, int width) => new CropTransform(height, width, 0, isRandom: false);

    /// <summary>Swaps left and right with a probability.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not in [0, 1].</exception>
    public static ImageTransform RandomFlip(double probability = 0.5) => new FlipTransform(probability);

    /// <summary>Sets a square to zero, centred at a random pixel, clipped at the borders (DeVries and Taylor 2017).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public static ImageTransform Cutout(int size) => new CutoutTransform(size);

    /// <summary>(x - mean) / deviation, channel by channel.</summary>
    /// <exception cref="ArgumentException">The numbers of means and deviations differ, there is none, or a deviation is not positive.</exception>
    public static ImageTransform Normalize(IReadOnlyList<float> mean, IReadOnlyList<float> deviation) =>
        new NormalizeTransform(mean, deviation);

    /// <summary>Turns by an angle drawn from U(-<paramref name="degrees"/>, <paramref name="degrees"/>) about the middle; bilinear, zeros from outside.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The angle is not in [0, 180].</exception>
    public static ImageTransform RandomRotation(double degrees) => new RotationTransform(degrees);

    /// <summary>Turns counterclockwise by right angles, exactly.</summary>
    public static ImageTransform QuarterTurns(int turns) => new QuarterTurnTransform(turns);

    /// <summary>Red, green and blue to grey: 0.299 R + 0.587 G + 0.114 B. Grey images stay.</summary>
    public static ImageTransform Grey() => new GreyTransform();

    /// <summary>Another size, bilinear between pixel centres, without smoothing (torch's interpolate with align_corners off).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public static ImageTransform Resize(int height, int width) => new ResizeTransform(height, width);

    private protected static float At(ReadOnlySpan<float> plane, ImageShape shape, int row, int column) =>
        (uint)row < (uint)shape.Height && (uint)column < (uint)shape.Width ? plane[row * shape.Width + column] : 0;
}
