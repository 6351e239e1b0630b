namespace ResearchKit.Data;

/// <summary>The world of <see cref="TanhMixture"/>; the defaults are those of the calibration of the simulator.</summary>
public sealed record TanhMixtureOptions
{
    /// <summary>The number of classes (default 10).</summary>
    public int Classes
    {
        get;
        init => field = GeneratorRange.Count(value, 2, 1 << 20);
    } = 10;

    /// <summary>Modes of each class, equally likely (default 3).</summary>
    public int Modes
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 1 << 10);
    } = 3;

    /// <summary>The dimension in which the modes lie (default 12).</summary>
    public int LatentDimension
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 1 << 12);
    } = 12;

    /// <summary>The number of features (default 32).</summary>
    public int Features
    {
        get;
        init => field = GeneratorRange.Count(value, 1, 1 << 16);
    } = 32;

    /// <summary>The standard deviation of the modes' centres, in each latent direction (default 1.6).</summary>
    public double CentreScale
    {
        get;
        init => field = GeneratorRange.Scale(value);
    } = 1.6;

    /// <summary>The standard deviation of rows around their mode (default 1).</summary>
    public double LatentNoise
    {
        get;
        init => field = GeneratorRange.Scale(value);
    } = 1.0;

    /// <summary>The standard deviation of the biases (default 0.3).</summary>
    public double BiasScale
    {
        get;
        init => field = GeneratorRange.Scale(value);
    } = 0.3;
}
