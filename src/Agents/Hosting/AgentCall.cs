using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using ResearchKit.Agents.Security;

namespace ResearchKit.Agents.Hosting;

/// <summary>A request on its way through the host: who calls, what was sent, how to answer.</summary>
internal sealed class AgentCall(HttpContext context, AgentRuntime runtime, string path)
{
    internal const string ProblemType = "application/problem+json";

    internal HttpContext Context => context;

    internal HttpRequest Request => context.Request;

    internal HttpResponse Response => context.Response;

    internal AgentRuntime Runtime => runtime;

    internal AgentServices Services => runtime.Services;

    internal AgentPrincipal Principal { get; private set; } = AgentPrincipal.Anonymous;

    internal ReadOnlyMemory<byte> Body { get; private set; }

    internal AgentStateAccess State { get; set; } = AgentStateAccess.None;

    /// <summary>Who may see the tasks of this caller: itself, else its session; empty where only an unguessable id gives access.</summary>
    internal string Owner =>
        Principal.IsAuthenticated ? Principal.Id
        : State.Record is { } session ? $"session:{session.Id}"
        : "";

    /// <summary>What a quota and an idempotency key belong to.</summary>
    internal string Caller => Owner.Length > 0 ? Owner : $"address:{AgentQuota.Of(context.Connection.RemoteIpAddress)}";

    /// <summary>Scheme, name and prefix as the world knows them, without a slash at the end.</summary>
    internal string Root =>
        Services.Options.PublicUrl is { } url
            ? url.AbsoluteUri.TrimEnd('/')
            : $"{Request.Scheme}://{Request.Host.Value}{Request.PathBase.Value}";

    /// <summary>The agent's address.</summary>
    internal string Url => Root + path;

    internal string Path => path;

    /// <summary>Reads the body, at most as many bytes as the agent takes.</summary>
    internal async Task ReadBodyAsync()
    {
        int most = runtime.Options.MaxBodyBytes;
        if (Request.ContentLength > most)
        {
            throw TooLarge(most);
        }
        if (Request.ContentLength is { } length)
        {
            byte[] exact = new byte[length];
            await Request.Body.ReadExactlyAsync(exact, context.RequestAborted);
            Body = exact;
            return;
        }
        using MemoryStream all = new();
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            if (all.Length + read > most)
            {
                throw TooLarge(most);
            }
            all.Write(buffer, 0, read);
        }
        Body = all.ToArray();
    }

    private AgentRefusal TooLarge(int most)
    {
        Response.Headers.Connection = "close";
        return new AgentRefusal(413, "too-large", "The request is too large.", $"At most {most} bytes are taken.");
    }

    /// <summary>Finds out who calls: an authenticated user, else the key of a verified signature.</summary>
    internal void Identify()
    {
        if (Request.Headers.TryGetValue("Content-Digest", out StringValues digest) && !HttpMessageVerifier.DigestMatches(digest, Body.Span))
        {
            throw new AgentRefusal(400, "digest-mismatch", "The body does not have the digest that Content-Digest names.");
        }
        if (context.User.Identity is { IsAuthenticated: true })
        {
            string? issuer = context.User.FindFirstValue("iss");
            string? subject =
                context.User.FindFirstValue("sub") ?? context.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? context.User.Identity.Name;
            if (!string.IsNullOrEmpty(subject))
            {
                Principal = new AgentPrincipal($"user:{issuer}|{subject}", true);
            }
        }
        if (Services.Verifier is { } verifier && Request.Headers.TryGetValue("Signature-Input", out StringValues input))
        {
            SignatureVerdict verdict = verifier.Verify(
                Signable(),
                input,
                Request.Headers["Signature"],
                Covered(),
                Body.Span,
                out string? keyId
            );
            if (verdict != SignatureVerdict.Valid)
            {
                string type = verdict == SignatureVerdict.Stale ? "signature-stale" : "signature-invalid";
                throw new AgentRefusal(
                    401,
                    type,
                    "The signature of the request is not accepted.",
                    $"{verdict}; the time here is {Services.Clock.GetUtcNow():O}."
                );
            }
            Principal = Principal.IsAuthenticated ? Principal : new AgentPrincipal($"key:{keyId}", true);
        }
        if (runtime.Options.RequireCaller && !Principal.IsAuthenticated)
        {
            throw new AgentRefusal(
                401,
                "caller-unknown",
                "This agent answers only callers that prove who they are.",
                "Send a token, or sign the request (RFC 9421)."
            );
        }
    }

    internal SignableMessage Signable() =>
        new(
            Request.Method,
            Target(),
            name => Request.Headers.TryGetValue(name, out StringValues values) ? values.Select(v => v ?? "") : null
        );

    private List<string> Covered()
    {
        List<string> covered = ["@method", "@target-uri"];
        if (Body.Length > 0)
        {
            covered.Add("content-digest");
        }
        if (Request.Headers.ContainsKey("Idempotency-Key"))
        {
            covered.Add("idempotency-key");
        }
        if (Request.Headers.ContainsKey("Authorization"))
        {
            covered.Add("authorization");
        }
        return covered;
    }

    // As the caller wrote it: a proxy may have taken the prefix away, so the public address comes first.
    private string Target()
    {
        string raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? Request.Path + Request.QueryString;
        return Services.Options.PublicUrl is { } url ? url.AbsoluteUri.TrimEnd('/') + raw : $"{Request.Scheme}://{Request.Host.Value}{raw}";
    }

    /// <summary>How long the caller is ready to wait (<c>Prefer: wait=N</c>), and whether it does not want to wait at all.</summary>
    internal (TimeSpan Wait, bool AtOnce) Preference()
    {
        TimeSpan wait = Services.Options.DefaultWait;
        bool atOnce = false;
        foreach (string preference in Request.Headers["Prefer"].SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries)))
        {
            if (preference.Equals("respond-async", StringComparison.OrdinalIgnoreCase))
            {
                atOnce = true;
            }
            else if (
                preference.StartsWith("wait=", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(preference.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            )
            {
                wait = TimeSpan.FromSeconds(Math.Min(seconds, Services.Options.LongestWait.TotalSeconds));
            }
        }
        return (wait, atOnce);
    }

    internal bool Accepts(string mediaType) =>
        Request.Headers.Accept.Any(v => v is not null && v.Contains(mediaType, StringComparison.OrdinalIgnoreCase));

    /// <summary>Sends a body, with its digest signed where the host signs.</summary>
    internal async Task SendAsync(int status, ReadOnlyMemory<byte> body, string contentType = "application/json")
    {
        Response.StatusCode = status;
        Response.ContentType = contentType;
        Response.ContentLength = body.Length;
        Response.Headers.XContentTypeOptions = "nosniff";
        if (Services.Signer is { } signer && Request.Headers.ContainsKey("Signature-Input"))
        {
            Response.Headers["Content-Digest"] = ContentDigest.Of(body.Span).Header;
            SignableMessage response = new(
                null,
                Target(),
                name => Response.Headers.TryGetValue(name, out StringValues v) ? v.Select(x => x ?? "") : null,
                status
            )
            {
                Request = Signable(),
            };
            (string input, string signature) = signer.Sign(response, HttpMessageSigner.ResponseComponents, ["@method", "@target-uri"]);
            Response.Headers["Signature-Input"] = input;
            Response.Headers["Signature"] = signature;
        }
        if (!HttpMethods.IsHead(Request.Method))
        {
            await Response.BodyWriter.WriteAsync(body, context.RequestAborted);
        }
    }

    internal Task SendAsync(AgentRefusal refusal)
    {
        if (refusal.RetryAfterSeconds is { } seconds)
        {
            Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }
        if (refusal.Status == 401)
        {
            Response.Headers.WWWAuthenticate = "Bearer, Signature";
        }
        return SendAsync(refusal.Status, JsonSerializer.SerializeToUtf8Bytes(refusal.Problem, AgentJson.Default.AgentProblem), ProblemType);
    }
}
