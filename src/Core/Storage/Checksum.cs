using System.IO.Hashing;
using System.Security.Cryptography;

namespace ResearchKit.Storage;

/// <summary>Checksums in lower-case hexadecimal: SHA-256 for identity and downloads, XxHash128 for speed against accidents.</summary>
public static class Checksum
{
    private const int BufferBytes = 1 << 18;

    /// <summary>SHA-256, 64 digits.</summary>
    public static string Sha256(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>XxHash128 (seed 0), 32 digits in the canonical, big-endian order.</summary>
    public static string XxHash128(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[16];
        System.IO.Hashing.XxHash128.Hash(content, digest);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>SHA-256 of a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static async Task<string> Sha256OfFileAsync(string path, CancellationToken cancellationToken = default)
    {
        await using var stream = OpenToRead(path);
        return await Sha256Async(stream, cancellationToken);
    }

    /// <summary>SHA-256 of what remains of a stream.</summary>
    public static async Task<string> Sha256Async(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    /// <summary>XxHash128 of a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static async Task<string> XxHash128OfFileAsync(string path, CancellationToken cancellationToken = default)
    {
        await using var stream = OpenToRead(path);
        var hash = new XxHash128();
        await hash.AppendAsync(stream, cancellationToken);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private static FileStream OpenToRead(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.Asynchronous | FileOptions.SequentialScan);
}
