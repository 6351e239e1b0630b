namespace ResearchKit.Agents.Security;

/// <summary>What a verifier says of a message.</summary>
public enum SignatureVerdict
{
    /// <summary>It is signed by a trusted key, fresh, and covers what it must.</summary>
    Valid,

    /// <summary>It has no signature for this use.</summary>
    Missing,

    /// <summary>The headers cannot be read.</summary>
    Malformed,

    /// <summary>The key is not trusted.</summary>
    UnknownKey,

    /// <summary>The algorithm named is not the key's.</summary>
    WrongAlgorithm,

    /// <summary>A component that must be covered is not.</summary>
    NotCovered,

    /// <summary>It was made too long ago, in the future, or has ended.</summary>
    Stale,

    /// <summary>Its nonce was seen before.</summary>
    Replayed,

    /// <summary>The body does not have the digest that was signed.</summary>
    WrongDigest,

    /// <summary>The signature is wrong.</summary>
    Wrong,
}
