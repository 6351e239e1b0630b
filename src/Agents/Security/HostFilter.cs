using System.Net;

namespace ResearchKit.Agents.Security;

/// <summary>
/// Refuses requests whose Host names another machine, and requests of pages from elsewhere: what a browser sends after a name was rebound to this address (DNS rebinding). Always on.
/// Allowed are loopback names, the address that was connected to, and the names given.
/// </summary>
/// <param name="hosts">Names allowed besides, without port; <c>*</c> allows all.</param>
/// <param name="origins">Origins of pages that may call, as <c>https://name[:port]</c>.</param>
public sealed class HostFilter(IEnumerable<string>? hosts = null, IEnumerable<string>? origins = null)
{
    private readonly HashSet<string> _hosts = new(hosts ?? [], StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _origins = new(origins ?? [], StringComparer.OrdinalIgnoreCase);

    /// <summary>Judges a request.</summary>
    /// <param name="host">The name in its Host header, without port.</param>
    /// <param name="origin">Its Origin header, or null.</param>
    /// <param name="local">The address that was connected to.</param>
    public HostVerdict Judge(string host, string? origin, IPAddress? local)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (!Allows(host, local))
        {
            return HostVerdict.ForeignHost;
        }
        if (string.IsNullOrEmpty(origin) || _origins.Contains(origin))
        {
            return HostVerdict.Allowed;
        }
        return Uri.TryCreate(origin, UriKind.Absolute, out Uri? page) && Allows(page.IdnHost, local)
            ? HostVerdict.Allowed
            : HostVerdict.ForeignOrigin;
    }

    private bool Allows(string host, IPAddress? local)
    {
        string name = host.Trim('[', ']').TrimEnd('.');
        if (_hosts.Contains("*") || _hosts.Contains(name) || name.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }
        if (!IPAddress.TryParse(name, out IPAddress? address))
        {
            return false;
        }
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }
        IPAddress? here = local is { IsIPv4MappedToIPv6: true } ? local.MapToIPv4() : local;
        return IPAddress.IsLoopback(address) || address.Equals(here);
    }
}
