namespace ResearchKit.Data;

/// <summary>The world of <see cref="SyntheticImages"/>; the defaults imitate the shape of CIFAR-10.</summary>
public sealed record SyntheticImagesOptions
{
    /// <summary>10 classes of 3 x 32 x 32.</summary>
    public static SyntheticImagesOptions Cifar { get; } = new();

    /// <summary>2 classes of 3 x 84 x 84, the shape of CelebA (smiling or not).</summary>
    public static SyntheticImagesOptions Faces { get; } =
        new()
        {
            Classes = 2,
            Height = 84,
            Width = 84,
        };

    /// <summary>The number of classes (default 10).</summary>
    public int Classes
    {
        get;
        init => field = GeneratorRange.Count(value, 2, 1 << 16);
    } = 10;

    /// <summary>Colour planes (default 3).</summary>
    public int Channels
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 64);
    } = 3;

    /// <summary>Rows of pixels (default 32).</summary>
    public int Height
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 1024);
    } = 32;

    /// <summary>Columns of pixels (default 32).</summary>
    public int Width
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 1024);
    } = 32;

    /// <summary>Prototypes of each class, equally likely (default 3).</summary>
    public int Prototypes
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 1 << 10);
    } = 3;

    /// <summary>Cosine waves of each plane of a prototype (default 6).</summary>
    public int Waves
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 1 << 10);
    } = 6;

    /// <summary>The most periods a wave has over the image, in either direction (default 3).</summary>
    public int HighestFrequency
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 512);
    } = 3;

    /// <summary>The amplitude of each wave (default 1).</summary>
    public double Amplitude
    {
        get;
        init => field = GeneratorRange.Scale(value);
    } = 1;

    /// <summary>The most pixels by which a row is shifted, around the edges, in either direction (default 3).</summary>
    public int MaxShift
    {
        get;
        init => field = GeneratorRange.Count(value, 0, 512);
    } = 3;

    /// <summary>The probability that a row is mirrored left to right (default 0.5).</summary>
    public double FlipProbability
    {
        get;
        init => field = GeneratorRange.Share(value);
    } = 0.5;

    /// <summary>A row's contrast is uniform in 1 - spread to 1 + spread (default 0.3).</summary>
    public double ContrastSpread
    {
        get;
        init => field = GeneratorRange.Share(value);
    } = 0.3;

    /// <summary>The standard deviation of the noise on each pixel (default 0.6).</summary>
    public double Noise
    {
        get;
        init => field = GeneratorRange.Scale(value);
    } = 0.6;

    /// <summary>The standard deviation of a client's brightness in each plane; the logarithm of its gain has half of it (default 0.5; 0: no styles).</summary>
    public double StyleScale
    {
        get;
        init => field = GeneratorRange.Scale(value);
    } = 0.5;
}
