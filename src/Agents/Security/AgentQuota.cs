using System.Net;
using System.Net.Sockets;

namespace ResearchKit.Agents.Security;

/// <summary>One bucket for each caller of an agent: for its principal, else for its address (its /64 with IPv6).</summary>
/// <param name="perMinute">Requests a minute; a caller may send a tenth of them, at least 10, at once.</param>
/// <param name="clock">The clock.</param>
internal sealed class AgentQuota(double perMinute, TimeProvider clock)
{
    private const int MostCallers = 100_000;
    private readonly int _burst = (int)Math.Max(10, Math.Min(int.MaxValue, perMinute / 10));
    private readonly RecentlyUsed<string, TokenBucket> _buckets = new();
    private readonly Lock _lock = new();

    internal int Burst => _burst;

    internal TokenBucketDecision Take(string caller)
    {
        TokenBucket? bucket;
        lock (_lock)
        {
            if (!_buckets.TryGet(caller, out bucket))
            {
                _buckets.Set(caller, bucket = new TokenBucket(_burst, perMinute / 60));
                if (_buckets.Count > MostCallers && _buckets.TryOldest(_ => true, 1, out string? oldest))
                {
                    _buckets.Remove(oldest, out _);
                }
            }
        }
        return bucket.Take(clock.GetUtcNow());
    }

    internal static string Of(IPAddress? address)
    {
        if (address is null)
        {
            return "local";
        }
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }
}
