using System.Net;

namespace ResearchKit.Agents.Security;

/// <summary>Where this program may connect to.</summary>
public sealed record OutboundPolicyOptions
{
    /// <summary>Whether loopback addresses are allowed, and plain http to them. Default false.</summary>
    public bool AllowLoopback { get; init; }

    /// <summary>Whether http is allowed to other addresses. Default false.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Networks allowed although they are private, for agents within one house.</summary>
    public IReadOnlyList<IPNetwork> AllowedNetworks { get; init; } = [];

    /// <summary>Names refused besides the built-in ones; a leading dot refuses all names below.</summary>
    public IReadOnlyList<string> DeniedNames { get; init; } = [];

    /// <summary>How long a connection may take to be made. Default 10 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
