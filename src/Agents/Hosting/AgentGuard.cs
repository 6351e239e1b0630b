using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ResearchKit.Agents.Security;

namespace ResearchKit.Agents.Hosting;

/// <summary>
/// Stands before every address of an agent: host filter, bounds, identity, quota, and one form of answer for whatever goes wrong. It is not an option.
/// </summary>
internal sealed class AgentGuard : IDisposable
{
    private readonly AgentRuntime _runtime;
    private readonly string _path;
    private readonly AgentQuota? _quota;
    private readonly ConcurrencyLimiter _concurrency;

    internal AgentGuard(AgentRuntime runtime, string path)
    {
        (_runtime, _path) = (runtime, path);
        AgentOptions options = runtime.Options;
        _quota = options.RequestsPerMinute is { } perMinute ? new AgentQuota(perMinute, runtime.Services.Clock) : null;
        _concurrency = new ConcurrencyLimiter(
            new ConcurrencyLimiterOptions
            {
                PermitLimit = options.MostConcurrent,
                QueueLimit = options.MostWaiting,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            }
        );
    }

    /// <summary>A handler behind the guard.</summary>
    /// <param name="handle">What to do.</param>
    /// <param name="limited">Whether quota and concurrency count: messages do, documents do not.</param>
    internal RequestDelegate Around(Func<AgentCall, Task> handle, bool limited = false) =>
        async context =>
        {
            AgentCall call = new(context, _runtime, _path);
            try
            {
                Admit(call);
                if (HttpMethods.IsPost(context.Request.Method) || HttpMethods.IsPut(context.Request.Method))
                {
                    await call.ReadBodyAsync();
                }
                call.Identify();
                if (!limited)
                {
                    await handle(call);
                    return;
                }
                Charge(call);
                using RateLimitLease lease = await _concurrency.AcquireAsync(1, context.RequestAborted);
                if (!lease.IsAcquired)
                {
                    throw new AgentRefusal(503, "busy", "The agent is busy.") { RetryAfterSeconds = 1 };
                }
                await handle(call);
            }
            catch (AgentRefusal refusal) when (!context.Response.HasStarted)
            {
                await call.SendAsync(refusal);
            }
            catch (ResearchKitException e) when (!context.Response.HasStarted)
            {
                int status = e.Code == AgentErrors.StoreFailed ? 507 : 500;
                _runtime.Logger.LogError(e, "A request to {Agent} failed", _runtime.Options.Name);
                await call.SendAsync(
                    new AgentRefusal(status, status == 507 ? "store-failed" : "handler-failed", e.Message, $"{e.Remedy} ({e.Code})")
                );
            }
            catch (BadHttpRequestException e) when (!context.Response.HasStarted)
            {
                await call.SendAsync(new AgentRefusal(e.StatusCode, "bad-request", e.Message));
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // The caller went away; what it began goes on.
            }
#pragma warning disable CA1031 // whatever a handler throws must become an answer, not the end of the host
            catch (Exception e) when (!context.Response.HasStarted)
#pragma warning restore CA1031
            {
                _runtime.Logger.LogError(e, "A request to {Agent} failed", _runtime.Options.Name);
                await call.SendAsync(new AgentRefusal(500, "handler-failed", "The agent failed; see the log of its host."));
            }
        };

    private static void Admit(AgentCall call)
    {
        HttpRequest request = call.Request;
        switch (call.Services.Hosts.Judge(request.Host.Host, request.Headers.Origin, call.Context.Connection.LocalIpAddress))
        {
            case HostVerdict.ForeignHost:
                throw new AgentRefusal(
                    421,
                    "foreign-host",
                    $"{request.Host.Host} is not this host.",
                    "Allow the name by AgentHostOptions.AllowedHosts or PublicUrl."
                );
            case HostVerdict.ForeignOrigin:
                throw new AgentRefusal(
                    403,
                    "foreign-origin",
                    "Pages of other origins may not call this agent.",
                    "Allow the origin by AgentHostOptions.AllowedOrigins."
                );
            default:
                break;
        }
        if (call.Services.Stopping.IsCancellationRequested)
        {
            throw new AgentRefusal(503, "closing", "The host is shutting down.") { RetryAfterSeconds = 5 };
        }
    }

    private void Charge(AgentCall call)
    {
        if (_quota is null)
        {
            return;
        }
        // The session is looked up later: a caller cannot get a new bucket by making up a session.
        string caller = call.Principal.IsAuthenticated ? call.Principal.Id : AgentQuota.Of(call.Context.Connection.RemoteIpAddress);
        TokenBucketDecision decision = _quota.Take(caller);
        if (!decision.Allowed)
        {
            call.Response.Headers["RateLimit"] = string.Create(
                CultureInfo.InvariantCulture,
                $"\"agent\";r=0;t={decision.RetryAfterSeconds}"
            );
            call.Response.Headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"agent\";q={_quota.Burst}");
            throw new AgentRefusal(429, "too-many", "Too many requests.") { RetryAfterSeconds = decision.RetryAfterSeconds };
        }
    }

    public void Dispose() => _concurrency.Dispose();
}
