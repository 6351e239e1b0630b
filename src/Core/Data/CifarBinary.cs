namespace ResearchKit.Data;

/// <summary>
/// Reads the binary version of CIFAR-10 and CIFAR-100 (Krizhevsky 2009), compressed or not: for each image one or two label bytes, then the red, green and blue
/// planes of 32 x 32 bytes.
/// </summary>
public static class CifarBinary
{
    private const int ImageBytes = 3 * 32 * 32;

    private static readonly string[] Names10 = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Reads files one after the other, for example the five training files of CIFAR-10.</summary>
    /// <param name="paths">The files, at least one.</param>
    /// <param name="labels">Which data set it is, and which labels to take.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The rows, with the feature shape 3 x 32 x 32; 0 to 255 become 0 to 1.</returns>
    /// <exception cref="MalformedFileException">A file ends within an image, or a label is out of range; with the byte offset after decompression.</exception>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    public static async Task<LabeledData> LoadAsync(
        IReadOnlyList<string> paths,
        CifarLabels labels = CifarLabels.Cifar10,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0)
            throw new ArgumentException("Name at least one file.", nameof(paths));
        var rows = new CifarRows(labels);
        foreach (string path in paths)
        {
            await using BinarySource source = await BinarySource.OpenAsync(path, cancellationToken).ConfigureAwait(false);
            await rows.AddAsync(source, cancellationToken).ConfigureAwait(false);
        }

        return rows.ToData();
    }

    /// <summary>Reads a stream. The stream stays open.</summary>
    /// <param name="stream">The stream, perhaps compressed.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <param name="labels">Which data set it is, and which labels to take.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>As for files.</returns>
    /// <exception cref="MalformedFileException">As for files.</exception>
    public static async Task<LabeledData> ReadAsync(
        Stream stream,
        string name,
        CifarLabels labels = CifarLabels.Cifar10,
        CancellationToken cancellationToken = default
    )
    {
        var rows = new CifarRows(labels);
        await using BinarySource source = await BinarySource.OfAsync(stream, name, cancellationToken).ConfigureAwait(false);
        await rows.AddAsync(source, cancellationToken).ConfigureAwait(false);
        return rows.ToData();
    }

    private sealed class CifarRows
    {
        private readonly int[] _limits;
        private readonly int _taken;
        private readonly string[] _names;
        private readonly List<int> _labels = [];
        private byte[] _pixels = new byte[64 * ImageBytes];

        internal CifarRows(CifarLabels labels) =>
            (_limits, _taken, _names) = labels switch
            {
                CifarLabels.Cifar10 => ((int[])[10], 0, Names10),
                CifarLabels.Cifar100Fine => ([20, 100], 1, []),
                CifarLabels.Cifar100Coarse => ([20, 100], 0, []),
                _ => throw new ArgumentOutOfRangeException(nameof(labels), labels, "Cifar10, Cifar100Fine or Cifar100Coarse."),
            };

        internal async Task AddAsync(BinarySource source, CancellationToken cancellationToken)
        {
            var row = new byte[_limits.Length + ImageBytes];
            while (await source.TryReadAsync(row, $"a whole image of {row.Length} bytes", cancellationToken).ConfigureAwait(false))
            {
                for (int i = 0; i < _limits.Length; i++)
                {
                    if (row[i] >= _limits[i])
                        throw source.Error($"a label below {_limits[i]}", $"{row[i]}", source.Offset - row.Length + i);
                }

                long place = (long)_labels.Count * ImageBytes;
                if (place + ImageBytes > Array.MaxLength)
                    throw source.Error($"at most {Array.MaxLength / ImageBytes} images", "more");
                if (place == _pixels.Length)
                    Array.Resize(ref _pixels, (int)Math.Min(2 * place, Array.MaxLength / ImageBytes * ImageBytes));
                row.AsSpan(_limits.Length).CopyTo(_pixels.AsSpan((int)place));
                _labels.Add(row[_taken]);
            }
        }

        internal LabeledData ToData()
        {
            Array.Resize(ref _pixels, _labels.Count * ImageBytes);
            return LabeledData.OfBytes(
                _pixels,
                [.. _labels],
                new LabeledDataSchema
                {
                    FeatureShape = [3, 32, 32],
                    ClassCount = _limits[_taken],
                    ClassNames = _names,
                }
            );
        }
    }
}
