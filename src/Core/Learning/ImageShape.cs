namespace ResearchKit.Learning;

/// <summary>The shape of an image, which lies channel by channel, row by row.</summary>
/// <param name="Channels">1 for grey, 3 for red, green and blue.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>The number of values.</summary>
    public int Length => Channels * Height * Width;

    /// <summary>The shape as torch takes it.</summary>
    public long[] ToArray() => [Channels, Height, Width];
}
