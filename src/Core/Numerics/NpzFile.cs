using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using ResearchKit.Storage;

namespace ResearchKit.Numerics;

/// <summary>Reads and writes numpy's npz format: a zip file of npy files, stored or compressed; the zip's checksums are checked.</summary>
public static class NpzFile
{
    /// <summary>Deflate shrinks to no less than a thousandth; an entry that claims more is not what it says.</summary>
    private const int LargestRatio = 1100;

    private static readonly DateTimeOffset FixedTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads all arrays of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The arrays by name (without .npy), in the order of the file.</returns>
    /// <exception cref="MalformedFileException">The zip or an entry is wrong.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static Task<IReadOnlyDictionary<string, NpyArray>> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Task.Run(
            () =>
            {
                using FileStream stream = File.OpenRead(path);
                return Read(stream, path, cancellationToken);
            },
            cancellationToken
        );
    }

    /// <summary>Reads all arrays from a stream.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The arrays by name (without .npy), in the order of the file.</returns>
    /// <exception cref="MalformedFileException">The zip or an entry is wrong.</exception>
    public static IReadOnlyDictionary<string, NpyArray> Read(Stream stream, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        try
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            var arrays = new OrderedDictionary<string, NpyArray>(StringComparer.Ordinal);
            foreach (ZipArchiveEntry entry in zip.Entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!entry.FullName.EndsWith(".npy", StringComparison.Ordinal))
                    throw new MalformedFileException(name, "entries that end in .npy", entry.FullName);
                if (!arrays.TryAdd(entry.FullName[..^4], ReadEntry(entry, $"{name}:{entry.FullName}", cancellationToken)))
                    throw new MalformedFileException(name, "each array once", entry.FullName);
            }

            return arrays;
        }
        catch (Exception e)
            when (e is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or IOException)
        {
            throw new MalformedFileException(name, "a whole zip file of npy files", e.Message, innerException: e);
        }
    }

    /// <summary>Writes arrays to a file, under a temporary name first. Equal arrays give equal bytes.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="arrays">The arrays by name, in the order to write.</param>
    /// <param name="compress">Whether to deflate; stored by default, as numpy does.</param>
    /// <param name="cancellationToken">Cancels; the old file, if any, stays.</param>
    /// <exception cref="ArgumentException">A name is empty or occurs twice.</exception>
    public static Task SaveAsync(
        string path,
        IEnumerable<KeyValuePair<string, NpyArray>> arrays,
        bool compress = false,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(arrays);
        KeyValuePair<string, NpyArray>[] entries = [.. arrays];
        if (entries.Any(static e => string.IsNullOrEmpty(e.Key)) || entries.DistinctBy(static e => e.Key).Count() < entries.Length)
            throw new ArgumentException("The names of the arrays must be different and not empty.", nameof(arrays));
        return AtomicFile.WriteAsync(
            path,
            (stream, token) =>
            {
                Write(stream, entries, compress, token);
                return Task.CompletedTask;
            },
            cancellationToken
        );
    }

    private static void Write(Stream stream, KeyValuePair<string, NpyArray>[] entries, bool compress, CancellationToken cancellationToken)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, NpyArray array) in entries)
        {
            ZipArchiveEntry entry = zip.CreateEntry(name + ".npy", compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
            entry.LastWriteTime = FixedTime;
            using Stream content = entry.Open();
            NpyFile.Write(content, array, cancellationToken);
        }
    }

    private static NpyArray ReadEntry(ZipArchiveEntry entry, string name, CancellationToken cancellationToken)
    {
        if (entry.Length > Math.Min(Array.MaxLength, (LargestRatio * entry.CompressedLength) + 1024))
        {
            string found = string.Create(CultureInfo.InvariantCulture, $"{entry.Length} bytes packed in {entry.CompressedLength}");
            throw new MalformedFileException(name, "a possible size", found);
        }

        var bytes = new byte[entry.Length];
        using (Stream content = entry.Open())
        {
            int read = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (read < bytes.Length || content.ReadByte() >= 0)
                throw new MalformedFileException(name, $"{bytes.Length} bytes", read < bytes.Length ? $"{read} bytes" : "more");
        }

        uint checksum = Crc32.HashToUInt32(bytes);
        if (checksum != entry.Crc32)
            throw new MalformedFileException(name, $"CRC-32 {entry.Crc32:x8}", $"{checksum:x8}");
        using var npy = new MemoryStream(bytes, writable: false);
        return NpyFile.Read(npy, name, bytes.Length, cancellationToken);
    }
}
