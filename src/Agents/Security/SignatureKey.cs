using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace ResearchKit.Agents.Security;

/// <summary>A key that signs or verifies.</summary>
public sealed class SignatureKey : IDisposable
{
    private readonly Key? _ed25519;
    private readonly PublicKey? _ed25519Public;
    private readonly ECDsa? _ecdsa;
    private readonly byte[]? _secret;

    private SignatureKey(
        string id,
        SignatureAlgorithm algorithm,
        bool canSign,
        Key? key,
        PublicKey? publicKey,
        ECDsa? ecdsa,
        byte[]? secret
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        (Id, Algorithm, CanSign) = (id, algorithm, canSign);
        (_ed25519, _ed25519Public, _ecdsa, _secret) = (key, publicKey, ecdsa, secret);
    }

    /// <summary>The id by which it is found.</summary>
    public string Id { get; }

    /// <summary>How it signs.</summary>
    public SignatureAlgorithm Algorithm { get; }

    /// <summary>Whether the secret part is here.</summary>
    public bool CanSign { get; }

    /// <summary>The algorithm's name in HTTP message signatures (RFC 9421).</summary>
    public string HttpName =>
        Algorithm switch
        {
            SignatureAlgorithm.Ed25519 => "ed25519",
            SignatureAlgorithm.EcdsaP256 => "ecdsa-p256-sha256",
            _ => "hmac-sha256",
        };

    /// <summary>The algorithm's name in JSON Web Signatures (RFC 7518, RFC 8037).</summary>
    public string JoseName =>
        Algorithm switch
        {
            SignatureAlgorithm.Ed25519 => "EdDSA",
            SignatureAlgorithm.EcdsaP256 => "ES256",
            _ => "HS256",
        };

    /// <summary>A new Ed25519 key.</summary>
    /// <param name="id">Its id.</param>
    public static SignatureKey Generate(string id)
    {
        Key key = Key.Create(
            SignatureAlgorithms.Ed25519,
            new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport }
        );
        return new SignatureKey(id, SignatureAlgorithm.Ed25519, true, key, key.PublicKey, null, null);
    }

    /// <summary>A shared secret.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="secret">At least 16 bytes.</param>
    public static SignatureKey Hmac(string id, ReadOnlySpan<byte> secret) =>
        secret.Length >= 16
            ? new SignatureKey(id, SignatureAlgorithm.HmacSha256, true, null, null, null, secret.ToArray())
            : throw new ArgumentException($"The secret has {secret.Length} bytes; it needs at least 16.", nameof(secret));

    /// <summary>A key in PEM: public or private, Ed25519 or P-256.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="pem">The text.</param>
    /// <exception cref="ArgumentException">The text is no such key.</exception>
    public static SignatureKey FromPem(string id, string pem)
    {
        ArgumentException.ThrowIfNullOrEmpty(pem);
        byte[] text = Encoding.ASCII.GetBytes(pem);
        if (
            pem.Contains("BEGIN PRIVATE KEY", StringComparison.Ordinal)
            && Key.TryImport(
                SignatureAlgorithms.Ed25519,
                text,
                KeyBlobFormat.PkixPrivateKeyText,
                out Key? key,
                new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport }
            )
        )
        {
            return new SignatureKey(id, SignatureAlgorithm.Ed25519, true, key, key!.PublicKey, null, null);
        }
        if (
            pem.Contains("BEGIN PUBLIC KEY", StringComparison.Ordinal)
            && PublicKey.TryImport(SignatureAlgorithms.Ed25519, text, KeyBlobFormat.PkixPublicKeyText, out PublicKey? publicKey)
        )
        {
            return new SignatureKey(id, SignatureAlgorithm.Ed25519, false, null, publicKey, null, null);
        }
        ECDsa ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(pem);
            if (ecdsa.KeySize == 256)
            {
                return new SignatureKey(
                    id,
                    SignatureAlgorithm.EcdsaP256,
                    pem.Contains("PRIVATE KEY", StringComparison.Ordinal),
                    null,
                    null,
                    ecdsa,
                    null
                );
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            ecdsa.Dispose();
            throw new ArgumentException("The text is no PEM of an Ed25519 or P-256 key.", nameof(pem), e);
        }
        ecdsa.Dispose();
        throw new ArgumentException($"The key has {ecdsa.KeySize} bits; P-256 has 256.", nameof(pem));
    }

    /// <summary>The public part in PEM.</summary>
    /// <exception cref="InvalidOperationException">The key is a shared secret.</exception>
    public string PublicPem() =>
        _ed25519Public is not null ? Encoding.ASCII.GetString(_ed25519Public.Export(KeyBlobFormat.PkixPublicKeyText))
        : _ecdsa is not null ? _ecdsa.ExportSubjectPublicKeyInfoPem()
        : throw new InvalidOperationException("A shared secret has no public part.");

    /// <summary>The secret part in PEM.</summary>
    /// <exception cref="InvalidOperationException">It is not here.</exception>
    public string PrivatePem() =>
        _ed25519 is not null ? Encoding.ASCII.GetString(_ed25519.Export(KeyBlobFormat.PkixPrivateKeyText))
        : _ecdsa is not null && CanSign ? _ecdsa.ExportPkcs8PrivateKeyPem()
        : throw new InvalidOperationException("The secret part of the key is not here.");

    /// <summary>Signs.</summary>
    /// <param name="data">The bytes.</param>
    /// <exception cref="InvalidOperationException">The secret part is not here.</exception>
    public byte[] Sign(ReadOnlySpan<byte> data) =>
        !CanSign ? throw new InvalidOperationException($"Key {Id} can only verify.")
        : _ed25519 is not null ? SignatureAlgorithms.Ed25519.Sign(_ed25519, data)
        : _ecdsa is not null ? _ecdsa.SignData(data, HashAlgorithmName.SHA256)
        : HMACSHA256.HashData(_secret!, data);

    /// <summary>Verifies, in constant time where a secret is involved.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="signature">The signature.</param>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        _ed25519Public is not null ? SignatureAlgorithms.Ed25519.Verify(_ed25519Public, data, signature)
        : _ecdsa is not null ? _ecdsa.VerifyData(data, signature, HashAlgorithmName.SHA256)
        : CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_secret!, data), signature);

    /// <inheritdoc/>
    public void Dispose()
    {
        _ed25519?.Dispose();
        _ecdsa?.Dispose();
        if (_secret is not null)
        {
            CryptographicOperations.ZeroMemory(_secret);
        }
    }

    private static class SignatureAlgorithms
    {
        internal static readonly Ed25519 Ed25519 = NSec.Cryptography.SignatureAlgorithm.Ed25519;
    }
}
