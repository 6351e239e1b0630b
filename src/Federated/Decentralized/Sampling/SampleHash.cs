namespace ResearchKit.Federated.Decentralized;

/// <summary>By which hash of identifier and round nodes are ordered. Nothing rests on its being hard to invert.</summary>
public enum SampleHash
{
    /// <summary>MD5, as published.</summary>
    Md5,

    /// <summary>SHA-256, its first 16 bytes.</summary>
    Sha256,

    /// <summary>XXH3 with 64 bits, for very large populations.</summary>
    XxHash3,
}
