using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace ResearchKit.Agents.Hosting;

/// <summary>Finds, begins and saves what an agent keeps about a caller.</summary>
internal static class AgentSessions
{
    internal const string Cookie = "__Host-woa-session";
    internal const string Header = "WoA-Session";
    internal const string SealedHeader = "WoA-State";

    /// <summary>The name that a session had; a caller that presents one which is gone is told so instead of being answered without it.</summary>
    internal static string? Presented(AgentCall call) =>
        call.Request.Headers.TryGetValue(Header, out Microsoft.Extensions.Primitives.StringValues header) ? header.ToString()
        : call.Request.Cookies.TryGetValue(Cookie, out string? cookie) ? cookie
        : null;

    internal static async Task OpenAsync(AgentCall call)
    {
        AgentOptions options = call.Runtime.Options;
        DateTimeOffset now = call.Services.Clock.GetUtcNow();
        call.State = options.State switch
        {
            StateMode.None => AgentStateAccess.None,
            StateMode.Session => new(StateMode.Session, await SessionAsync(call, now)),
            StateMode.Persistent => new(StateMode.Persistent, await PersistentAsync(call, now)),
            _ => new(StateMode.Sealed, Sealed(call, now)),
        };
    }

    private static async Task<SessionRecord> SessionAsync(AgentCall call, DateTimeOffset now)
    {
        string? id = Presented(call);
        if (string.IsNullOrEmpty(id))
        {
            // Saved before the handler runs: from then on a task may save it as well.
            SessionRecord begun = New(call, AgentIds.New(), now) with
            {
                Version = 1,
            };
            await call.Services.States.SaveAsync(begun);
            return begun;
        }
        SessionRecord? known = id.Length == 32 ? await call.Services.States.FindAsync(call.Runtime.Id, call.Principal.Id, id) : null;
        if (known is null)
        {
            throw AgentRefusal.NotFound("session");
        }
        if (known.Expires <= now || known.Created + call.Runtime.Options.SessionLife <= now)
        {
            await call.Services.States.DeleteAsync(call.Runtime.Id, call.Principal.Id, id);
            SessionRecord offered = New(call, AgentIds.New(), now);
            await call.Services.States.SaveAsync(offered with { Version = 1 });
            Name(call, offered.Id);
            throw new AgentRefusal(
                409,
                "session-expired",
                "The session has ended; the request was not carried out.",
                "The answer offers a new session; send the request again."
            );
        }
        return known;
    }

    private static async Task<SessionRecord> PersistentAsync(AgentCall call, DateTimeOffset now)
    {
        if (!call.Principal.IsAuthenticated)
        {
            throw new AgentRefusal(
                401,
                "caller-unknown",
                "This agent keeps records of its callers, and answers only those that prove who they are."
            );
        }
        return await call.Services.States.FindAsync(call.Runtime.Id, call.Principal.Id, SessionRecord.PersistentId)
            ?? New(call, SessionRecord.PersistentId, now) with
            {
                Expires = DateTimeOffset.MaxValue,
            };
    }

    private static SessionRecord Sealed(AgentCall call, DateTimeOffset now)
    {
        string token = call.Request.Headers[SealedHeader].ToString();
        if (token.Length == 0)
        {
            return New(call, AgentIds.New(), now);
        }
        return call.Services.Sealed!.Open(token, call.Runtime.Id, call.Principal.Id)
            ?? throw new AgentRefusal(
                409,
                "state-invalid",
                "The state token is not accepted: out of date, of another caller, or older than one seen before."
            );
    }

    private static SessionRecord New(AgentCall call, string id, DateTimeOffset now) =>
        new(
            call.Runtime.Id,
            call.Principal.Id,
            id,
            now,
            now + call.Runtime.Options.SessionTtl,
            0,
            ImmutableDictionary<string, System.Text.Json.JsonElement>.Empty
        );

    /// <summary>Saves what the handler changed, and names the session in the answer. Before the answer is sent.</summary>
    /// <param name="call">The request.</param>
    /// <param name="changes">Whether to save; a task saves by itself, with its events.</param>
    internal static async Task SaveAsync(AgentCall call, bool changes)
    {
        AgentStateAccess state = call.State;
        if (state.Record is not { } record)
        {
            return;
        }
        DateTimeOffset now = call.Services.Clock.GetUtcNow();
        DateTimeOffset until = state.Mode == StateMode.Persistent ? DateTimeOffset.MaxValue : now + call.Runtime.Options.SessionTtl;
        if (state.Mode == StateMode.Sealed)
        {
            call.Response.Headers[SealedHeader] = call.Services.Sealed!.Seal(state.Advance(until));
            return;
        }
        // An unchanged session is saved when it is new, and when half of its life has gone.
        bool slides = state.Mode == StateMode.Session && record.Expires - now < call.Runtime.Options.SessionTtl / 2;
        if (changes && (state.IsChanged || slides))
        {
            if (!await call.Services.States.SaveAsync(state.Advance(until)))
            {
                throw new AgentRefusal(
                    409,
                    "state-conflict",
                    "Another request changed the session at the same time.",
                    "Send the request again."
                )
                {
                    RetryAfterSeconds = 1,
                };
            }
        }
        if (state.Mode == StateMode.Session)
        {
            Name(call, record.Id);
        }
    }

    private static void Name(AgentCall call, string id)
    {
        call.Response.Headers[Header] = id;
        if (call.Request.IsHttps || call.Services.Options.PublicUrl?.Scheme == "https")
        {
            call.Response.Cookies.Append(
                Cookie,
                id,
                new CookieOptions
                {
                    Secure = true,
                    HttpOnly = true,
                    SameSite = SameSiteMode.Strict,
                    Path = "/",
                    MaxAge = call.Runtime.Options.SessionTtl,
                }
            );
        }
    }
}
