namespace ResearchKit.Agents.Discovery;

/// <summary>What is known about who wrote a document.</summary>
public enum VerificationLevel
{
    /// <summary>Nothing.</summary>
    Unsigned,

    /// <summary>It came from its own origin over TLS.</summary>
    Origin,

    /// <summary>A trusted key signed it.</summary>
    Signed,

    /// <summary>The key that signed it before signed it again.</summary>
    Pinned,
}
