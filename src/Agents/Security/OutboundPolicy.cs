using System.Net;
using System.Net.Sockets;

namespace ResearchKit.Agents.Security;

/// <summary>
/// The one gate for every connection to an address that a stranger may have chosen: agent documents, cards, webhooks, protocol sources, crawling. A name is resolved once, every address of the
/// answer is checked, and the connection goes to a checked address: there is no window in which the name can change its meaning. Private, link-local, reserved and transition networks are refused.
/// </summary>
public sealed class OutboundPolicy
{
    /// <summary>The longest address.</summary>
    public const int MostCharacters = 8192;

    private static readonly IPNetwork[] Blocked =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/128",
            "::1/128",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    private static readonly string[] DeniedSuffixes = [".internal", ".local", ".localhost", ".home.arpa"];
    private readonly OutboundPolicyOptions _options;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    /// <summary>Makes a policy.</summary>
    /// <param name="options">What is allowed.</param>
    /// <param name="resolve">How names are resolved; default: the system's way.</param>
    public OutboundPolicy(OutboundPolicyOptions? options = null, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        _options = options ?? new();
        _resolve = resolve ?? ((name, cancellationToken) => Dns.GetHostAddressesAsync(name, cancellationToken));
    }

    /// <summary>Public addresses over https only.</summary>
    public static OutboundPolicy Default { get; } = new();

    /// <summary>Loopback too, and plain http to it: for agents on one machine, and for tests.</summary>
    public static OutboundPolicy Loopback { get; } = new(new OutboundPolicyOptions { AllowLoopback = true });

    /// <summary>Why an address must not be connected to; null if it may.</summary>
    /// <param name="address">The address.</param>
    public string? Refusal(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        IPAddress judged = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if ((_options.AllowLoopback && IPAddress.IsLoopback(judged)) || _options.AllowedNetworks.Any(n => n.Contains(judged)))
        {
            return null;
        }
        foreach (IPNetwork network in Blocked)
        {
            if (network.Contains(judged))
            {
                return $"{address} is in {network}, which is not public";
            }
        }
        return null;
    }

    /// <summary>Why a URL must not be fetched; null if it may, provided that its name resolves to addresses that may be connected to.</summary>
    /// <param name="url">The URL.</param>
    public string? Refusal(string? url)
    {
        if (string.IsNullOrEmpty(url))
        {
            return "the address is empty";
        }
        if (url.Length > MostCharacters)
        {
            return $"the address has {url.Length} characters; allowed are {MostCharacters}";
        }
        return Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && !url.StartsWith('/') ? Refusal(uri) : "the address is not absolute";
    }

    /// <summary>As <see cref="Refusal(string?)"/>.</summary>
    /// <param name="uri">The URL.</param>
    public string? Refusal(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.IsAbsoluteUri || uri.Scheme is not ("https" or "http"))
        {
            return "only https is allowed";
        }
        if (uri.UserInfo.Length > 0)
        {
            return "the address holds a user name";
        }
        // Uri has already turned 127.1 and 2130706433 into four numbers.
        string host = uri.IdnHost.TrimEnd('.').ToLowerInvariant();
        IPAddress? literal = IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? parsed) ? parsed : null;
        bool loopback = _options.AllowLoopback && (literal is null ? host == "localhost" : IPAddress.IsLoopback(literal));
        if (uri.Scheme == "http" && !loopback && !_options.AllowHttp)
        {
            return "only https is allowed";
        }
        if (uri.Port is not (443 or 8443) && uri.Port < 1024 && !loopback && !(_options.AllowHttp && uri.Port == 80))
        {
            return $"port {uri.Port} is none of 443, 8443, 1024 to 65535";
        }
        if (literal is not null)
        {
            return Refusal(literal);
        }
        if (
            host.Length == 0
            || (host == "localhost" && !loopback)
            || (!loopback && DeniedSuffixes.Any(s => host.EndsWith(s, StringComparison.Ordinal)))
        )
        {
            return $"the name {host} is not public";
        }
        return _options.DeniedNames.Any(d =>
            host.Equals(d, StringComparison.OrdinalIgnoreCase)
            || (d.StartsWith('.') && host.EndsWith(d, StringComparison.OrdinalIgnoreCase))
        )
            ? $"the name {host} is denied"
            : null;
    }

    /// <summary>Throws if a URL must not be fetched.</summary>
    /// <param name="uri">The URL.</param>
    /// <exception cref="ResearchKitException">It must not (<see cref="AgentErrors.OutboundBlocked"/>).</exception>
    public void Require(Uri uri)
    {
        if (Refusal(uri) is { } reason)
        {
            throw Violation(uri.ToString(), reason);
        }
    }

    /// <summary>A handler whose connections obey this policy: no redirects, no cookies, no proxy, no decompression.</summary>
    public SocketsHttpHandler CreateHandler() =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = _options.ConnectTimeout,
            MaxResponseHeadersLength = 64,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = ConnectAsync,
        };

    /// <summary>Connects to the first of a name's addresses that answers, after all were checked.</summary>
    /// <param name="context">Where to.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">The name or one of its addresses is refused (<see cref="AgentErrors.OutboundBlocked"/>).</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        Require(context.InitialRequestMessage.RequestUri!);
        IPAddress[] addresses = await ResolveAsync(context.DnsEndPoint.Host, cancellationToken);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The addresses of a name, if all of them may be connected to.</summary>
    /// <param name="host">The name, or an address.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">One must not (<see cref="AgentErrors.OutboundBlocked"/>): an answer that mixes public and private addresses is an attack.</exception>
    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken = default)
    {
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await _resolve(host, cancellationToken);
        foreach (IPAddress address in addresses)
        {
            if (Refusal(address) is { } reason)
            {
                throw Violation(host, reason);
            }
        }
        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
    }

    private static ResearchKitException Violation(string target, string reason) =>
        new(
            AgentErrors.OutboundBlocked,
            $"No connection to {target}: {reason}.",
            "Agents are reached over https at public addresses; allow others by OutboundPolicyOptions."
        );
}
