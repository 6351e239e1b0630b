namespace ResearchKit.Data;

/// <summary>The world of <see cref="SyntheticWriters"/>; the defaults imitate the shape of FEMNIST.</summary>
public sealed record SyntheticWritersOptions
{
    /// <summary>The number of classes (default 62: digits and letters).</summary>
    public int Classes
    {
        get;
        init => field = GeneratorRange.Count(value, 2, 1 << 16);
    } = 62;

    /// <summary>Pixels along each side (default 28).</summary>
    public int Side
    {
        get;
        init => field = GeneratorRange.Count(value, 8, 512);
    } = 28;

    /// <summary>Corners of a glyph's line, both ends included (default 5).</summary>
    public int Corners
    {
        get;
        init => field = GeneratorRange.Count(value, 2, 64);
    } = 5;

    /// <summary>How much writers differ: 1 (the default) turns by about 10 degrees, scales by 12 %, slants by 0.2 and shifts by 5 % of the side; 0: all write alike.</summary>
    public double StyleScale
    {
        get;
        init => field = GeneratorRange.Scale(value);
    } = 1;

    /// <summary>The standard deviation of each corner from row to row, in parts of the side (default 0.03).</summary>
    public double Jitter
    {
        get;
        init => field = GeneratorRange.Scale(value);
    } = 0.03;

    /// <summary>The standard deviation of the noise on each pixel (default 0.05).</summary>
    public double Noise
    {
        get;
        init => field = GeneratorRange.Scale(value);
    } = 0.05;
}
