using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ResearchKit.Agents.Security;

namespace ResearchKit.Agents.Hosting;

/// <summary>What the agents of a host share.</summary>
internal sealed class AgentServices(
    AgentHostOptions options,
    ITaskLog tasks,
    IAgentStateStore states,
    IIdempotencyStore keys,
    ILoggerFactory loggers,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    AgentStoreOptions stores,
    SealedState? sealedState = null
)
{
    internal AgentHostOptions Options => options;

    internal ITaskLog Tasks => tasks;

    internal IAgentStateStore States => states;

    internal IIdempotencyStore Keys => keys;

    internal ILoggerFactory Loggers => loggers;

    internal TimeProvider Clock => clock;

    internal SealedState? Sealed => sealedState;

    /// <summary>When the host started: its documents do not change after.</summary>
    internal DateTimeOffset Started { get; } = clock.GetUtcNow();

    internal int MostEvents => stores.MostEvents;

    internal CancellationToken Stopping => lifetime.ApplicationStopping;

    internal HostFilter Hosts { get; } =
        new(options.PublicUrl is { } url ? [.. options.AllowedHosts, url.IdnHost] : options.AllowedHosts, options.AllowedOrigins);

    internal HttpMessageVerifier? Verifier { get; } = options.TrustedKeys is { } keys ? new HttpMessageVerifier(keys, clock) : null;

    internal HttpMessageSigner? Signer { get; } = options.SigningKey is { } key ? new HttpMessageSigner(key, clock) : null;
}
