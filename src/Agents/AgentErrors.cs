namespace ResearchKit.Agents;

/// <summary>The codes of this module's <see cref="ResearchKitException"/>s.</summary>
public static class AgentErrors
{
    /// <summary>A document breaks a limit or a rule; the message names the member.</summary>
    public const string DocumentRejected = "RK6601";

    /// <summary>The digest of what was fetched is not the announced one.</summary>
    public const string DigestMismatch = "RK6602";

    /// <summary>An agent document was served by another origin than its address names.</summary>
    public const string OriginMismatch = "RK6603";

    /// <summary>An agent did not answer: name, connection, TLS, time-out or a broken answer.</summary>
    public const string Unreachable = "RK6604";

    /// <summary>An agent answered with an error.</summary>
    public const string Refused = "RK6605";

    /// <summary>The two sides share no version of a protocol.</summary>
    public const string VersionNotSupported = "RK6606";

    /// <summary>An address that this program must not connect to.</summary>
    public const string OutboundBlocked = "RK6607";

    /// <summary>A signature is missing, stale or wrong.</summary>
    public const string SignatureInvalid = "RK6608";

    /// <summary>A store is full, damaged or busy.</summary>
    public const string StoreFailed = "RK6609";

    /// <summary>No source of a protocol document gave the text with the announced digest.</summary>
    public const string ProtocolUnavailable = "RK6610";

    /// <summary>A negotiation ended without a protocol.</summary>
    public const string NegotiationFailed = "RK6611";

    /// <summary>The host cannot start as configured.</summary>
    public const string HostMisconfigured = "RK6612";
}
