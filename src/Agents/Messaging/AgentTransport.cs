using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using ResearchKit.Agents.Security;
using ResearchKit.Numerics;

namespace ResearchKit.Agents;

/// <summary>Sends requests: policy, signatures, tokens, repetitions, and a breaker for each origin.</summary>
internal sealed class AgentTransport : IDisposable
{
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(60);
    private readonly AgentClientOptions _options;
    private readonly HttpClient _http;
    private readonly bool _owns;
    private readonly HttpMessageSigner? _signer;
    private readonly HttpMessageVerifier? _verifier;
    private readonly ConcurrentDictionary<
        string,
        (ResiliencePipeline<HttpResponseMessage> Repeated, ResiliencePipeline<HttpResponseMessage> Once)
    > _origins = new(StringComparer.Ordinal);
    private readonly RandomStream _jitter;

    internal AgentTransport(AgentClientOptions options, HttpClient? http)
    {
        _options = options;
        _owns = http is null;
        _http = http ?? new HttpClient(options.Outbound.CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        _signer = options.SigningKey is { } key ? new HttpMessageSigner(key, options.Clock) : null;
        _verifier = options.TrustedKeys is { } keys ? new HttpMessageVerifier(keys, options.Clock) : null;
        _jitter = options.Jitter ?? RandomStream.Named("ResearchKit.Agents", AgentIds.New(), "retries");
    }

    internal async Task<HttpResponseMessage> SendAsync(
        Func<HttpRequestMessage> create,
        bool repeatable,
        HttpCompletionOption completion,
        CancellationToken cancellationToken
    )
    {
        using HttpRequestMessage probe = create();
        Uri url = probe.RequestUri!;
        _options.Outbound.Require(url);
        var (Repeated, Once) = _origins.GetOrAdd(url.GetLeftPart(UriPartial.Authority), _ => Pipelines());
        int attempts = 0;
        long start = _options.Clock.GetTimestamp();
        try
        {
            return await (repeatable ? Repeated : Once).ExecuteAsync(
                async token =>
                {
                    attempts++;
                    using HttpRequestMessage request = create();
                    await PrepareAsync(request, token);
                    return await _http.SendAsync(request, completion, token);
                },
                cancellationToken
            );
        }
        catch (HttpRequestException e)
        {
            // The policy's own refusal comes wrapped by the handler.
            throw e.InnerException as ResearchKitException ?? Unreachable(url, Phase(e), attempts, start, e);
        }
        catch (TimeoutRejectedException e)
        {
            throw Unreachable(url, "time-out", attempts, start, e);
        }
        catch (BrokenCircuitException e)
        {
            throw Unreachable(url, "left alone after failures", attempts, start, e);
        }
    }

    internal async Task<byte[]> ReadAsync(Uri url, string accept, int most, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(
            () =>
            {
                HttpRequestMessage request = new(HttpMethod.Get, url);
                request.Headers.TryAddWithoutValidation("Accept", accept);
                return request;
            },
            repeatable: true,
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken
        );
        return await ContentAsync(url, response, most, cancellationToken);
    }

    internal async Task<byte[]> ContentAsync(Uri url, HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        await RequireSuccessAsync(url, response, cancellationToken);
        byte[] body = await BoundedAsync(url, response, most, cancellationToken);
        if (_verifier is not null)
        {
            Verify(url, response, body);
        }
        return body;
    }

    internal static async Task RequireSuccessAsync(Uri url, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }
        AgentProblem? problem = null;
        if (response.Content.Headers.ContentType?.MediaType == Hosting.AgentCall.ProblemType)
        {
            try
            {
                problem = JsonSerializer.Deserialize(
                    await BoundedAsync(url, response, 64 * 1024, cancellationToken),
                    AgentJson.Default.AgentProblem
                );
            }
            catch (JsonException)
            {
                // A problem that cannot be read is still a status.
            }
        }
        throw new AgentRefusedException(
            url,
            (int)response.StatusCode,
            problem?.Type,
            problem?.Title ?? response.ReasonPhrase ?? "",
            problem?.Detail
        );
    }

    internal static T Parse<T>(Uri url, byte[] json, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException e)
        {
            throw new AgentUnreachableException(url, "answer is not as it must be", 1, TimeSpan.Zero, e);
        }
    }

    private static async Task<byte[]> BoundedAsync(Uri url, HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength is { } length && length <= most)
        {
            return await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using MemoryStream all = new();
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (all.Length + read > most)
            {
                throw new AgentUnreachableException(url, $"answer is larger than {most} bytes", 1, TimeSpan.Zero);
            }
            all.Write(buffer, 0, read);
        }
        return all.ToArray();
    }

    private async Task PrepareAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_options.Token is { } token && await token(request.RequestUri!, cancellationToken) is { } bearer)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        }
        if (_signer is null)
        {
            return;
        }
        List<string> covered = ["@method", "@target-uri"];
        if (request.Content is not null)
        {
            byte[] body = await request.Content.ReadAsByteArrayAsync(cancellationToken);
            request.Headers.TryAddWithoutValidation("Content-Digest", ContentDigest.Of(body).Header);
            covered.Add("content-digest");
        }
        covered.AddRange(new[] { "Idempotency-Key", "Authorization" }.Where(request.Headers.Contains).Select(h => h.ToLowerInvariant()));
        (string input, string signature) = _signer.Sign(
            new SignableMessage(
                request.Method.Method,
                request.RequestUri!.AbsoluteUri,
                n => request.Headers.TryGetValues(n, out IEnumerable<string>? v) ? v : null
            ),
            covered
        );
        request.Headers.TryAddWithoutValidation("Signature-Input", input);
        request.Headers.TryAddWithoutValidation("Signature", signature);
    }

    private void Verify(Uri url, HttpResponseMessage response, byte[] body)
    {
        HttpRequestMessage request = response.RequestMessage!;
        SignableMessage message = new(null, request.RequestUri!.AbsoluteUri, Values, (int)response.StatusCode)
        {
            Request = new SignableMessage(
                request.Method.Method,
                request.RequestUri.AbsoluteUri,
                n => request.Headers.TryGetValues(n, out IEnumerable<string>? v) ? v : null
            ),
        };
        SignatureVerdict verdict = _verifier!.Verify(
            message,
            Values("Signature-Input")?.FirstOrDefault(),
            Values("Signature")?.FirstOrDefault(),
            HttpMessageSigner.ResponseComponents,
            body,
            out _
        );
        if (verdict != SignatureVerdict.Valid)
        {
            throw new ResearchKitException(
                AgentErrors.SignatureInvalid,
                $"The answer of {url} is not signed as it must be: {verdict}.",
                "Trust the agent's key, or do not demand signed answers."
            );
        }

        IEnumerable<string>? Values(string name) =>
            response.Headers.TryGetValues(name, out IEnumerable<string>? v) || response.Content.Headers.TryGetValues(name, out v)
                ? v
                : null;
    }

    private (ResiliencePipeline<HttpResponseMessage> Repeated, ResiliencePipeline<HttpResponseMessage> Once) Pipelines()
    {
        CircuitBreakerStrategyOptions<HttpResponseMessage> breaker = new()
        {
            FailureRatio = _options.BreakerFailureRatio,
            MinimumThroughput = 20,
            SamplingDuration = TimeSpan.FromSeconds(30),
            BreakDuration = _options.BreakerPause,
            ShouldHandle = static a =>
                ValueTask.FromResult(
                    a.Outcome.Exception is HttpRequestException or TimeoutRejectedException
                        || a.Outcome.Result is { StatusCode: >= HttpStatusCode.InternalServerError }
                ),
        };
        ResiliencePipeline<HttpResponseMessage> guarded = new ResiliencePipelineBuilder<HttpResponseMessage>
        {
            TimeProvider = _options.Clock,
        }
            .AddCircuitBreaker(breaker)
            .Build();
        ResiliencePipelineBuilder<HttpResponseMessage> repeated = new() { TimeProvider = _options.Clock };
        repeated.AddTimeout(_options.TotalTimeout);
        if (_options.MostRetries > 0)
        {
            repeated.AddRetry(
                new RetryStrategyOptions<HttpResponseMessage>
                {
                    MaxRetryAttempts = _options.MostRetries,
                    ShouldHandle = static a => ValueTask.FromResult(MayPass(a.Outcome)),
                    DelayGenerator = a => ValueTask.FromResult<TimeSpan?>(Delay(a.AttemptNumber, a.Outcome.Result)),
                    OnRetry = static a =>
                    {
                        a.Outcome.Result?.Dispose();
                        return ValueTask.CompletedTask;
                    },
                }
            );
        }
        return (
            repeated.AddPipeline(guarded).AddTimeout(_options.AttemptTimeout).Build(),
            new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = _options.Clock }
                .AddTimeout(_options.TotalTimeout)
                .AddPipeline(guarded)
                .Build()
        );
    }

    private static bool MayPass(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException { InnerException: not ResearchKitException } or TimeoutRejectedException
        || outcome.Result?.StatusCode
            is HttpStatusCode.RequestTimeout
                or HttpStatusCode.TooManyRequests
                or HttpStatusCode.InternalServerError
                or HttpStatusCode.BadGateway
                or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout
        || (outcome.Result?.StatusCode == HttpStatusCode.Conflict && outcome.Result.Headers.RetryAfter is not null);

    // Full jitter: anything between nothing and the bound, so that callers who failed together do not come back together.
    private TimeSpan Delay(int attempt, HttpResponseMessage? response)
    {
        TimeSpan? asked =
            response?.Headers.RetryAfter?.Delta
            ?? (response?.Headers.RetryAfter?.Date is { } date ? date - _options.Clock.GetUtcNow() : null);
        if (asked is { } wait && wait >= TimeSpan.Zero)
        {
            return wait < LongestRetryAfter ? wait : LongestRetryAfter;
        }
        lock (_jitter)
        {
            return _options.RetryDelay * Math.Pow(2, attempt) * _jitter.NextDouble();
        }
    }

    private static string Phase(HttpRequestException e) =>
        e.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "name",
            HttpRequestError.ConnectionError => "connection",
            HttpRequestError.SecureConnectionError => "TLS",
            _ => e.InnerException is SocketException ? "connection"
            : e.InnerException is AuthenticationException ? "TLS"
            : "answer",
        };

    private AgentUnreachableException Unreachable(Uri url, string phase, int attempts, long start, Exception cause) =>
        new(url, phase, attempts, _options.Clock.GetElapsedTime(start), cause);

    public void Dispose()
    {
        if (_owns)
        {
            _http.Dispose();
        }
    }
}
