using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace ResearchKit.Agents;

/// <summary>
/// The identity of a document: SHA-256 over its exact bytes. No newline, byte order mark or Unicode form is normalised, so two texts that look alike may differ.
/// </summary>
public readonly struct ContentDigest : IEquatable<ContentDigest>
{
    private const string Prefix = "sha-256=:";
    private readonly string? _hex;

    private ContentDigest(string hex) => _hex = hex;

    /// <summary>64 lower-case hexadecimal digits, as in URLs.</summary>
    public string Hex => _hex ?? "";

    /// <summary>The value of a <c>Content-Digest</c> header (RFC 9530).</summary>
    public string Header => $"{Prefix}{Convert.ToBase64String(Convert.FromHexString(Hex))}:";

    /// <summary>The digest of bytes.</summary>
    /// <param name="content">The bytes, exactly as sent.</param>
    public static ContentDigest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return new(Convert.ToHexStringLower(hash));
    }

    /// <summary>The digest of a text's UTF-8 bytes.</summary>
    /// <param name="text">The text.</param>
    public static ContentDigest Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>The id that Agora gives a document: base64 of SHA-1 (arXiv:2410.11905). It finds documents; it proves nothing.</summary>
    /// <param name="text">The text.</param>
    [SuppressMessage(
        "Security",
        "CA5350:Do Not Use Weak Cryptographic Algorithms",
        Justification = "The id that Agora prescribes; never taken as proof"
    )]
    public static string AgoraId(string text) => Convert.ToBase64String(SHA1.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Reads 64 hexadecimal digits, or the value of a <c>Content-Digest</c> header that has a sha-256 member.</summary>
    /// <param name="text">The text.</param>
    /// <param name="digest">The digest.</param>
    /// <returns>False when the text is neither.</returns>
    public static bool TryParse(string? text, out ContentDigest digest)
    {
        digest = default;
        if (text is null)
        {
            return false;
        }
        if (text.Length == 64 && text.All(char.IsAsciiHexDigit))
        {
            digest = new(text.ToLowerInvariant());
            return true;
        }
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes + 3];
        foreach (string member in text.Split(','))
        {
            string trimmed = member.Trim();
            if (!trimmed.StartsWith(Prefix, StringComparison.Ordinal) || !trimmed.EndsWith(':') || trimmed.Length <= Prefix.Length)
            {
                continue;
            }
            if (Convert.TryFromBase64String(trimmed[Prefix.Length..^1], hash, out int written) && written == SHA256.HashSizeInBytes)
            {
                digest = new(Convert.ToHexStringLower(hash[..written]));
                return true;
            }
        }
        return false;
    }

    /// <summary>Reads as <see cref="TryParse"/>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">The text is no digest.</exception>
    public static ContentDigest Parse(string text) =>
        TryParse(text, out ContentDigest digest)
            ? digest
            : throw new ArgumentException($"'{text}' is no digest: 64 hexadecimal digits or sha-256=:base64:.", nameof(text));

    /// <inheritdoc/>
    public bool Equals(ContentDigest other) => string.Equals(Hex, other.Hex, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ContentDigest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Hex);

    /// <inheritdoc/>
    public override string ToString() => Hex;

    /// <summary>Whether two digests are equal.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(ContentDigest left, ContentDigest right) => left.Equals(right);

    /// <summary>Whether two digests differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(ContentDigest left, ContentDigest right) => !left.Equals(right);
}
