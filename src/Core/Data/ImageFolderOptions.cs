namespace ResearchKit.Data;

/// <summary>How <see cref="ImageFolder"/> reads.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>What holds where nothing is said.</summary>
    public static ImageFolderOptions Default { get; } = new();

    /// <summary>The width to which images are resized; null (the default): as they are, all alike. Given together with <see cref="Height"/>.</summary>
    public int? Width
    {
        get;
        init =>
            field = value is null or (>= 1 and <= 1 << 14)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "A width is from 1 to 16384.");
    }

    /// <summary>The height to which images are resized; null (the default): as they are, all alike.</summary>
    public int? Height
    {
        get;
        init =>
            field = value is null or (>= 1 and <= 1 << 14)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "A height is from 1 to 16384.");
    }

    /// <summary>3 (the default): red, green, blue; 1: grey, 0.299 R + 0.587 G + 0.114 B.</summary>
    public int Channels
    {
        get;
        init => field = value is 1 or 3 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 (grey) or 3 (colour).");
    } = 3;

    /// <summary>The most pixels an image may have before it is resized (default 64 Mi): a small damaged or hostile file can claim many gigabytes.</summary>
    public long MostPixels
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The limit is from 1 on.");
    } = 1L << 26;
}
