namespace ResearchKit.Agents.Security;

/// <summary>How a key signs. It is a property of the key, never of the message.</summary>
public enum SignatureAlgorithm
{
    /// <summary>Ed25519.</summary>
    Ed25519,

    /// <summary>ECDSA over P-256 with SHA-256.</summary>
    EcdsaP256,

    /// <summary>HMAC with SHA-256; both sides hold the secret.</summary>
    HmacSha256,
}
