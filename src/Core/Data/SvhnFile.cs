namespace ResearchKit.Data;

/// <summary>Reads the cropped digits of SVHN (Netzer et al. 2011): MATLAB 5 files with X (32 x 32 x 3 x n bytes) and y (n labels, 10 for the digit 0).</summary>
public static class SvhnFile
{
    private const int Side = 32;
    private const int Pixels = Side * Side;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, for example train_32x32.mat.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The rows, with the feature shape 3 x 32 x 32 and the digits as classes.</returns>
    /// <exception cref="MalformedFileException">The file is damaged, or X and y are not as said.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async Task<LabeledData> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        IReadOnlyDictionary<string, Mat5Array> arrays = await Mat5File.LoadAsync(path, ["X", "y"], cancellationToken).ConfigureAwait(false);
        Mat5Array images = arrays["X"];
        int count = images.Shape.Count == 4 ? images.Shape[3] : 1; // MATLAB drops a last axis of length 1
        if (images.ElementType != typeof(byte) || images.Shape is not [Side, Side, 3] and not [Side, Side, 3, _])
            throw new MalformedFileException(
                path,
                "X of 32 x 32 x 3 x n bytes",
                $"{string.Join(" x ", images.Shape)} {images.ElementType.Name}",
                byteOffset: 128
            );
        double[] digits = arrays["y"].ToDoubles();
        if (digits.Length != count)
            throw new MalformedFileException(path, $"{count} labels in y", $"{digits.Length}", byteOffset: 128);
        var labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] =
                digits[i] is >= 0 and <= 10 && double.IsInteger(digits[i])
                    ? (int)digits[i] % 10
                    : throw new MalformedFileException(path, "labels 1 to 10 in y", $"{digits[i]} for image {i}", byteOffset: 128);
        }

        byte[] stored = images.Elements<byte>();
        var pixels = new byte[stored.Length];
        for (int plane = 0; plane < 3 * count; plane++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> columns = stored.AsSpan(plane * Pixels, Pixels);
            Span<byte> rows = pixels.AsSpan(plane * Pixels, Pixels);
            for (int y = 0; y < Side; y++)
            {
                for (int x = 0; x < Side; x++)
                    rows[y * Side + x] = columns[x * Side + y];
            }
        }

        return LabeledData.OfBytes(pixels, labels, new LabeledDataSchema { FeatureShape = [3, Side, Side], ClassCount = 10 });
    }
}
