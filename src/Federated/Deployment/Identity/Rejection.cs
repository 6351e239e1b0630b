namespace ResearchKit.Federated.Deployment;

/// <summary>Why something that came in was dropped.</summary>
public enum Rejection
{
    /// <summary>Of a version of the protocol that is not spoken here.</summary>
    Version,

    /// <summary>Not for a node of this process.</summary>
    Receiver,

    /// <summary>Larger than allowed.</summary>
    Oversize,

    /// <summary>The signature is not the sender's.</summary>
    Signature,

    /// <summary>Seen before, or far behind.</summary>
    Replay,

    /// <summary>Not what it should be: truncated, of an unknown kind, with numbers out of range.</summary>
    Malformed,

    /// <summary>A model of the wrong length, or with values that are not finite, or whose bytes are not those that were announced.</summary>
    Model,

    /// <summary>More than is taken at once from one sender.</summary>
    Overload,
}
