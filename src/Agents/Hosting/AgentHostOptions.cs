using ResearchKit.Agents.Security;

namespace ResearchKit.Agents.Hosting;

/// <summary>What all agents of a host share.</summary>
public sealed class AgentHostOptions
{
    /// <summary>The address by which the world knows the host, for example behind a proxy that ends TLS: scheme, name, and a path prefix if there is one. Null: what a request says.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Names allowed in Host besides loopback, the address connected to, and the name of <see cref="PublicUrl"/>; <c>*</c> allows all.</summary>
    public ISet<string> AllowedHosts { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Origins of pages that may call, as <c>https://name[:port]</c>.</summary>
    public ISet<string> AllowedOrigins { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Keys of callers whose signed requests (RFC 9421) prove who they are; null: signatures are not looked at.</summary>
    public ISignatureKeys? TrustedKeys { get; set; }

    /// <summary>The key that signs agent documents and responses; null: nothing is signed.</summary>
    public SignatureKey? SigningKey { get; set; }

    /// <summary>How long a blocking request waits at most if it does not say. Default 60 seconds.</summary>
    public TimeSpan DefaultWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a blocking request may wait. Default 300 seconds.</summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>How often a stream without events gets a comment, so that nothing in between closes it. Default 15 seconds.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one stream may last; a reader resumes it. Default one hour.</summary>
    public TimeSpan LongestStream { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Events that may pass while a reader does not read before it is disconnected. Default 1,024.</summary>
    public int MostUnread { get; set; } = 1_024;

    /// <summary>How long documents may be cached. Default 5 minutes.</summary>
    public TimeSpan DocumentMaxAge { get; set; } = TimeSpan.FromMinutes(5);
}
