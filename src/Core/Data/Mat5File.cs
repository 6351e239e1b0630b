using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace ResearchKit.Data;

/// <summary>
/// Reads numeric arrays of MATLAB 5 files (MAT-file level 5, versions 5 to 7), compressed elements included, either byte order, by streaming: what is not asked for is
/// passed over. Cells, structs, texts, sparse and complex arrays are refused when asked for; MATLAB 7.3 files are HDF5 and are refused.
/// </summary>
public static class Mat5File
{
    private const uint CompressedElement = 15;
    private const uint MatrixElement = 14;

    /// <summary>Reads some arrays of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">The names of the variables, at least one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The arrays by name.</returns>
    /// <exception cref="MalformedFileException">The file is damaged, or a variable is not there or no real numeric array; with the byte offset.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async Task<IReadOnlyDictionary<string, Mat5Array>> LoadAsync(
        string path,
        IReadOnlyCollection<string> names,
        CancellationToken cancellationToken = default
    )
    {
        await using BinarySource source = await BinarySource.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(source, names, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads some arrays of a stream. The stream stays open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <param name="names">The names of the variables, at least one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The arrays by name.</returns>
    /// <exception cref="MalformedFileException">As for a file.</exception>
    public static async Task<IReadOnlyDictionary<string, Mat5Array>> ReadAsync(
        Stream stream,
        string name,
        IReadOnlyCollection<string> names,
        CancellationToken cancellationToken = default
    )
    {
        await using BinarySource source = await BinarySource.OfAsync(stream, name, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(source, names, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyDictionary<string, Mat5Array>> ReadAsync(
        BinarySource source,
        IReadOnlyCollection<string> names,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count == 0)
            throw new ArgumentException("Name at least one variable.", nameof(names));
        bool swaps = await ReadHeaderAsync(source, cancellationToken).ConfigureAwait(false);
        var wanted = names.ToHashSet(StringComparer.Ordinal);
        var found = new Dictionary<string, Mat5Array>(StringComparer.Ordinal);
        var others = new List<string>();
        while (found.Count < wanted.Count)
        {
            long start = source.Offset;
            var head = new byte[8];
            if (!await source.TryReadAsync(head, "the tag of an element", cancellationToken).ConfigureAwait(false))
                break;
            var reader = new Mat5ElementReader(source, swaps);
            Mat5Tag tag = reader.TagOf(head);
            if (tag.Type == MatrixElement)
            {
                Keep(await reader.ReadMatrixAsync(tag.Bytes, wanted, cancellationToken).ConfigureAwait(false), start);
            }
            else if (tag.Type == CompressedElement)
            {
                var part = new PartOfSource(source, tag.Bytes);
                await using BinarySource inside = BinarySource.Inside(
                    new ZLibStream(part, CompressionMode.Decompress, leaveOpen: true),
                    source.Name,
                    start
                );
                Keep(
                    await ReadCompressedAsync(new Mat5ElementReader(inside, swaps), wanted, cancellationToken).ConfigureAwait(false),
                    start
                );
                await source.SkipAsync(part.Left, "the rest of a compressed element", cancellationToken).ConfigureAwait(false);
            }
            else
            {
                throw source.Error("an array (14) or a compressed array (15)", $"an element of type {tag.Type}", start);
            }
        }

        foreach (string name in names)
        {
            if (!found.ContainsKey(name))
                throw source.Error($"a variable '{name}'", others.Count == 0 ? "none" : $"only {string.Join(", ", others.Take(20))}");
        }

        return found;

        void Keep(Mat5Matrix matrix, long start)
        {
            if (matrix.Array is null)
                others.Add(matrix.Name);
            else if (!found.TryAdd(matrix.Name, matrix.Array))
                throw source.Error($"one variable '{matrix.Name}'", "a second", start);
        }
    }

    private static async Task<Mat5Matrix> ReadCompressedAsync(
        Mat5ElementReader reader,
        HashSet<string> wanted,
        CancellationToken cancellationToken
    )
    {
        var head = new byte[8];
        await reader.Source.ReadAsync(head, "the tag of an array", cancellationToken).ConfigureAwait(false);
        Mat5Tag tag = reader.TagOf(head);
        if (tag.Type != MatrixElement)
            throw reader.Source.Error("an array (14)", $"an element of type {tag.Type}", 0);
        Mat5Matrix matrix = await reader.ReadMatrixAsync(tag.Bytes, wanted, cancellationToken).ConfigureAwait(false);
        if (matrix.Array is not null)
            await reader.Source.ExpectEndAsync(cancellationToken).ConfigureAwait(false); // reads to the checksum, so that damage is noticed
        return matrix;
    }

    private static async Task<bool> ReadHeaderAsync(BinarySource source, CancellationToken cancellationToken)
    {
        var header = new byte[128];
        await source.ReadAsync(header, "the 128 bytes a MATLAB 5 file begins with", cancellationToken).ConfigureAwait(false);
        string text = Encoding.ASCII.GetString(header, 0, 10);
        if (text == "MATLAB 7.3")
            throw source.Error("a MATLAB 5 file (in MATLAB: save with '-v7')", "MATLAB 7.3, which is HDF5", 0);
        bool isLittle = header[126] == 'I' && header[127] == 'M';
        bool isBig = header[126] == 'M' && header[127] == 'I';
        int version = isLittle ? header[124] | (header[125] << 8) : header[125] | (header[124] << 8);
        return (isLittle || isBig) && version == 0x0100
            ? isLittle != BitConverter.IsLittleEndian
            : throw source.Error(
                "version 1.0 and the letters IM or MI",
                string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexString(header, 124, 4)}"),
                124
            );
    }
}
