using NSec.Cryptography;
using ResearchKit.Federated.Decentralized;

namespace ResearchKit.Federated.Deployment;

/// <summary>The key pair of a node (Ed25519): its identifier is the public key, and it signs what the node says.</summary>
public sealed class PeerIdentity : IDisposable
{
    /// <summary>The bytes of an identifier.</summary>
    public const int IdBytes = 32;

    /// <summary>The bytes of a signature.</summary>
    public const int SignatureBytes = 64;

    private readonly Key _key;

    private PeerIdentity(Key key)
    {
        _key = key;
        Id = new(key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    /// <summary>The public key.</summary>
    public NodeId Id { get; }

    /// <summary>The identity of a secret seed of 32 bytes.</summary>
    /// <exception cref="ArgumentException">The seed has another length.</exception>
    public static PeerIdentity OfSeed(ReadOnlySpan<byte> seed) =>
        seed.Length == 32
            ? new(Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey))
            : throw new ArgumentException($"The seed has {seed.Length} bytes; a secret seed has 32.", nameof(seed));

    /// <summary>Signs.</summary>
    public byte[] Sign(ReadOnlySpan<byte> content) => SignatureAlgorithm.Ed25519.Sign(_key, content);

    /// <summary>Whether a signature is that of an identifier's owner. Nothing that comes from outside makes it throw.</summary>
    public static bool IsGenuine(ReadOnlySpan<byte> id, ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) =>
        id.Length == IdBytes
        && signature.Length == SignatureBytes
        && PublicKey.TryImport(SignatureAlgorithm.Ed25519, id, KeyBlobFormat.RawPublicKey, out PublicKey? key)
        && key is not null
        && SignatureAlgorithm.Ed25519.Verify(key, content, signature);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
