using ResearchKit.Agents.Security;

namespace ResearchKit.Agents;

/// <summary>How a client speaks to agents.</summary>
public sealed record AgentClientOptions
{
    /// <summary>Where it may connect to. Default: public addresses over https.</summary>
    public OutboundPolicy Outbound { get; init; } = OutboundPolicy.Default;

    /// <summary>The key that signs requests (RFC 9421); null: they are not signed.</summary>
    public SignatureKey? SigningKey { get; init; }

    /// <summary>Keys of agents whose responses must be signed; null: signatures of responses are not looked at.</summary>
    public ISignatureKeys? TrustedKeys { get; init; }

    /// <summary>A token for an agent; it is sent to that origin alone.</summary>
    public Func<Uri, CancellationToken, ValueTask<string?>>? Token { get; init; }

    /// <summary>How long a request and its repetitions may take in all. Default 100 seconds.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How long one attempt may take. Default 30 seconds.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Repetitions of a request that may be repeated: reads, deletions, and messages with an idempotency key. Default 4.</summary>
    public int MostRetries
    {
        get;
        init =>
            field = value is >= 0 and <= 100
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "MostRetries is 0 to 100.");
    } = 4;

    /// <summary>The wait before the first repetition at most; it doubles. Default 200 ms.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Reconnections of one stream without an event in between. Default 8.</summary>
    public int MostReconnections { get; init; } = 8;

    /// <summary>The largest answer, in bytes. Default 16 MiB.</summary>
    public int MaxResponseBytes { get; init; } = 16 << 20;

    /// <summary>The share of failed calls at which an origin is left alone for a while. Default 0.5, of at least 20 calls in 30 seconds.</summary>
    public double BreakerFailureRatio { get; init; } = 0.5;

    /// <summary>How long an origin that fails is left alone. Default 15 seconds.</summary>
    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where the waits are drawn from; null: a stream named after the process's client.</summary>
    public Numerics.RandomStream? Jitter { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
