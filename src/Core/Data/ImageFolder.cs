using SkiaSharp;

namespace ResearchKit.Data;

/// <summary>
/// Reads a folder with one folder for each class, which hold images (PNG, JPEG, GIF, BMP, WebP; decoded by SkiaSharp): classes and files in ordinal order of their names.
/// Transparency is dropped, and no rotation that a camera noted is applied: both as image libraries of the field do.
/// </summary>
public static class ImageFolder
{
    private static readonly HashSet<string> Extensions = new(
        [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"],
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">The folder; files of other kinds in it are passed over.</param>
    /// <param name="options">Size and channels; the defaults if null.</param>
    /// <param name="progress">Told the share of images read, from 0 to 1.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The rows, with the feature shape channels x height x width and the folders' names as class names; 0 to 255 become 0 to 1.</returns>
    /// <exception cref="DirectoryNotFoundException">The folder is not there.</exception>
    /// <exception cref="ArgumentException">Only one of width and height is given, or all images together exceed 2 GiB: choose a smaller size.</exception>
    /// <exception cref="MalformedFileException">There is no image, one cannot be decoded or is too large, or sizes differ and none was given.</exception>
    public static Task<LabeledData> LoadAsync(
        string folder,
        ImageFolderOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= ImageFolderOptions.Default;
        if (options.Width is null != options.Height is null)
            throw new ArgumentException("Give both width and height, or neither.", nameof(options));
        return Task.Run(() => Load(folder, options, progress, cancellationToken), cancellationToken);
    }

    private static LabeledData Load(
        string folder,
        ImageFolderOptions options,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        string[] classes = [.. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)];
        (string Path, int Label)[] files =
        [
            .. classes.SelectMany(
                static (path, label) =>
                    Directory
                        .EnumerateFiles(path, "*", SearchOption.AllDirectories)
                        .Where(static file => Extensions.Contains(Path.GetExtension(file)))
                        .Order(StringComparer.Ordinal)
                        .Select(file => (file, label))
            ),
        ];
        if (files.Length == 0)
            throw new MalformedFileException(folder, "a folder for each class with images", "no image");
        byte[] pixels = [];
        int width = options.Width ?? 0;
        int height = options.Height ?? 0;
        for (int i = 0; i < files.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using SKBitmap image = Decode(files[i].Path, options);
            if (pixels.Length == 0)
            {
                (width, height) = (image.Width, image.Height);
                long bytes = (long)width * height * options.Channels * files.Length;
                if (bytes > Array.MaxLength)
                    throw new ArgumentException(
                        $"{files.Length} images of {width} x {height} take {bytes} bytes; at most {Array.MaxLength} fit: choose a smaller size.",
                        nameof(options)
                    );
                pixels = new byte[bytes];
            }

            if (image.Width != width || image.Height != height)
            {
                throw new MalformedFileException(
                    files[i].Path,
                    $"{width} x {height} pixels like the images before (or give a width and height)",
                    $"{image.Width} x {image.Height}"
                );
            }

            int length = width * height * options.Channels;
            ToPlanes(image, pixels.AsSpan(i * length, length));
            progress?.Report((i + 1.0) / files.Length);
        }

        return LabeledData.OfBytes(
            pixels,
            Array.ConvertAll(files, static file => file.Label),
            new LabeledDataSchema
            {
                FeatureShape = [options.Channels, height, width],
                ClassNames = Array.ConvertAll(classes, static path => Path.GetFileName(path)),
            }
        );
    }

    private static SKBitmap Decode(string path, ImageFolderOptions options)
    {
        byte[] file = File.ReadAllBytes(path);
        using SKData data = SKData.CreateCopy(file);
        using SKCodec codec =
            SKCodec.Create(data) ?? throw new MalformedFileException(path, "an image", "bytes that no decoder knows", byteOffset: 0);
        if ((long)codec.Info.Width * codec.Info.Height > options.MostPixels)
        {
            throw new MalformedFileException(
                path,
                $"at most {options.MostPixels} pixels",
                $"{codec.Info.Width} x {codec.Info.Height}",
                byteOffset: 0
            );
        }

        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var bitmap = new SKBitmap(info);
        SKCodecResult decoded = codec.GetPixels(info, bitmap.GetPixels());
        if (decoded != SKCodecResult.Success)
        {
            bitmap.Dispose();
            throw new MalformedFileException(path, "a whole image", $"{decoded}", byteOffset: file.Length);
        }

        if (options is not { Width: { } width, Height: { } height } || (width, height) == (bitmap.Width, bitmap.Height))
            return bitmap;
        using (bitmap)
        {
            return bitmap.Resize(info.WithSize(width, height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear))
                ?? throw new MalformedFileException(path, $"an image that can be resized to {width} x {height}", "none", byteOffset: 0);
        }
    }

    private static void ToPlanes(SKBitmap image, Span<byte> planes)
    {
        ReadOnlySpan<byte> rgba = image.GetPixelSpan();
        int count = image.Width * image.Height;
        for (int y = 0, to = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> row = rgba.Slice(y * image.RowBytes, 4 * image.Width);
            for (int x = 0; x < row.Length; x += 4, to++)
            {
                if (planes.Length == count)
                {
                    planes[to] = (byte)((299 * row[x] + 587 * row[x + 1] + 114 * row[x + 2] + 500) / 1000);
                    continue;
                }

                planes[to] = row[x];
                planes[count + to] = row[x + 1];
                planes[2 * count + to] = row[x + 2];
            }
        }
    }
}
