using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;

namespace ResearchKit.Agents;

/// <summary>
/// State that the caller keeps: encrypted and authenticated by ASP.NET Core Data Protection, bound to agent and caller, with an end and a number. The server needs no memory; where it keeps
/// one number a token, it also notices an older token coming back.
/// </summary>
/// <param name="protection">The keys.</param>
/// <param name="clock">The clock.</param>
public sealed class SealedState(IDataProtectionProvider protection, TimeProvider? clock = null)
{
    /// <summary>The longest token, in characters.</summary>
    public const int MostCharacters = 4096;

    private const int MostMarks = 100_000;
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly RecentlyUsed<string, long> _marks = new();
    private readonly Lock _marking = new();

    /// <summary>Seals a record.</summary>
    /// <param name="record">The record.</param>
    /// <exception cref="ResearchKitException">The values are too large for a token (<see cref="AgentErrors.StoreFailed"/>).</exception>
    public string Seal(SessionRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        byte[] plain = JsonSerializer.SerializeToUtf8Bytes(
            new Content(record.Id, record.Principal, record.Created, record.Expires, record.Version, record.Values.ToDictionary()),
            SealedStateJson.Default.Content
        );
        string token = Convert.ToBase64String(Protector(record.Agent).Protect(plain)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        if (token.Length > MostCharacters)
        {
            throw new ResearchKitException(
                AgentErrors.StoreFailed,
                $"The state takes {token.Length} characters sealed; allowed are {MostCharacters}.",
                "Keep less, or keep it on the server (StateMode.Session)."
            );
        }
        Mark(record.Id, record.Version);
        return token;
    }

    /// <summary>Opens a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="agent">The agent it must be for.</param>
    /// <param name="principal">The caller it must be of.</param>
    /// <returns>The record, or null: the token is not ours, another's, out of date, or older than one seen before.</returns>
    public SessionRecord? Open(string token, string agent, string principal)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.Length is 0 or > MostCharacters)
        {
            return null;
        }
        Content? content;
        try
        {
            string base64 = token.Replace('-', '+').Replace('_', '/');
            byte[] plain = Protector(agent).Unprotect(Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '=')));
            content = JsonSerializer.Deserialize(plain, SealedStateJson.Default.Content);
        }
        catch (Exception e) when (e is FormatException or CryptographicException or JsonException)
        {
            return null;
        }
        return
            content is null
            || content.Principal != principal
            || content.Expires <= _clock.GetUtcNow()
            || !Mark(content.Id, content.Sequence)
            ? null
            : new SessionRecord(
                agent,
                principal,
                content.Id,
                content.Created,
                content.Expires,
                content.Sequence,
                content.Values.ToImmutableDictionary()
            );
    }

    private IDataProtector Protector(string agent) => protection.CreateProtector("ResearchKit.Agents.State.v1", agent);

    private bool Mark(string id, long sequence)
    {
        lock (_marking)
        {
            if (_marks.TryGet(id, out long highest) && highest > sequence)
            {
                return false;
            }
            _marks.Set(id, sequence);
            if (_marks.Count > MostMarks && _marks.TryOldest(_ => true, 1, out string? oldest))
            {
                _marks.Remove(oldest, out _);
            }
            return true;
        }
    }

    internal sealed record Content(
        string Id,
        string Principal,
        DateTimeOffset Created,
        DateTimeOffset Expires,
        long Sequence,
        Dictionary<string, JsonElement> Values
    );
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SealedState.Content))]
internal sealed partial class SealedStateJson : JsonSerializerContext;
