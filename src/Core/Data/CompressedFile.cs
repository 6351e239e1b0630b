using System.IO.Compression;
using ZstdSharp;

namespace ResearchKit.Data;

/// <summary>Opens files that may be compressed by gzip or zstd; which, their first bytes tell, not their names.</summary>
internal static class CompressedFile
{
    /// <summary>Opens a file for reading from its start to its end.</summary>
    internal static async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 1 << 17,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            }
        );
        try
        {
            return await DecompressAsync(file, leaveOpen: false, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The content of a stream, decompressed if it is compressed.</summary>
    internal static async Task<Stream> DecompressAsync(Stream stream, bool leaveOpen, CancellationToken cancellationToken)
    {
        var start = new byte[4];
        int length = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        var whole = new PrefixedStream(start.AsMemory(0, length), stream, leaveOpen);
        return start switch
        {
            [0x1F, 0x8B, ..] when length >= 2 => new GzipReader(whole),
            [0x28, 0xB5, 0x2F, 0xFD] => new DecompressionStream(whole, leaveOpen: false),
            _ => whole,
        };
    }

    /// <summary>A stream that compresses as the extension says: .gz, .zst, or not at all.</summary>
    internal static Stream CompressFor(string path, Stream target) =>
        Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".GZ" => new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true),
            ".ZST" => new CompressionStream(target, leaveOpen: true),
            _ => new PrefixedStream(default, target, leaveOpen: true),
        };

    /// <summary>The name without .gz or .zst.</summary>
    internal static string WithoutCompression(string path) =>
        path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3]
        : path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? path[..^4]
        : path;

    /// <summary>Whether an exception says that compressed data are damaged or cut off.</summary>
    internal static bool IsDamage(Exception exception) =>
        exception is InvalidDataException or ZstdException or EndOfStreamException
        // ZLibException, for example for data that need a dictionary, is an internal IOException; one of a failing disk is not of this namespace.
        || exception is IOException && exception.GetType().Namespace == typeof(ZLibStream).Namespace;
}
