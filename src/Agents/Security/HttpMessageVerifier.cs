using System.Security.Cryptography;

namespace ResearchKit.Agents.Security;

/// <summary>
/// Verifies requests and responses (RFC 9421): the key from the verifier's own set, its algorithm, what is covered, the time within 300 seconds, a nonce that was not seen before, and the body's digest.
/// </summary>
/// <param name="keys">The trusted keys.</param>
/// <param name="clock">The clock.</param>
public sealed class HttpMessageVerifier(ISignatureKeys keys, TimeProvider? clock = null)
{
    private const int MostSkewSeconds = 300;
    private const int MostNonces = 1_000_000;
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly Dictionary<(string Key, string Nonce), long> _nonces = [];
    private readonly Queue<((string Key, string Nonce) Id, long Until)> _order = new();
    private readonly Lock _lock = new();

    /// <summary>Verifies.</summary>
    /// <param name="message">The message.</param>
    /// <param name="input">The value of Signature-Input, or null.</param>
    /// <param name="signature">The value of Signature, or null.</param>
    /// <param name="required">What must be covered.</param>
    /// <param name="body">The body.</param>
    /// <param name="keyId">The key that signed, if the verdict is Valid.</param>
    public SignatureVerdict Verify(
        SignableMessage message,
        string? input,
        string? signature,
        IEnumerable<string> required,
        ReadOnlySpan<byte> body,
        out string? keyId
    )
    {
        ArgumentNullException.ThrowIfNull(message);
        keyId = null;
        if (string.IsNullOrEmpty(input) || string.IsNullOrEmpty(signature))
        {
            return SignatureVerdict.Missing;
        }
        (string Label, SignatureParameters? Parameters) = SignatureParameters
            .Members(input)
            .Select(m => (m.Label, SignatureParameters.Parse(m.Value)))
            .FirstOrDefault(m => m.Item2?.Tag == HttpMessageSigner.Tag);
        if (Parameters is null)
        {
            return SignatureVerdict.Missing;
        }
        string? encoded = SignatureParameters.Members(signature).FirstOrDefault(m => m.Label == Label).Value;
        if (
            encoded is not [':', .. string base64, ':']
            || !TryDecode(base64, out byte[] bytes)
            || Parameters is { KeyId: null } or { Created: null } or { Nonce: null }
        )
        {
            return SignatureVerdict.Malformed;
        }
        SignatureVerdict verdict = Judge(message, Parameters, bytes, required, body);
        keyId = verdict == SignatureVerdict.Valid ? Parameters.KeyId : null;
        return verdict;
    }

    private SignatureVerdict Judge(
        SignableMessage message,
        SignatureParameters parameters,
        byte[] signature,
        IEnumerable<string> required,
        ReadOnlySpan<byte> body
    )
    {
        SignatureKey? key = keys.Find(parameters.KeyId!);
        if (key is null)
        {
            return SignatureVerdict.UnknownKey;
        }
        if (parameters.Algorithm is { } algorithm && algorithm != key.HttpName)
        {
            return SignatureVerdict.WrongAlgorithm;
        }
        if (!required.All(parameters.Covers))
        {
            return SignatureVerdict.NotCovered;
        }
        long now = _clock.GetUtcNow().ToUnixTimeSeconds();
        if (Math.Abs(now - parameters.Created!.Value) > MostSkewSeconds || parameters.Expires < now)
        {
            return SignatureVerdict.Stale;
        }
        if (parameters.Covers("content-digest") && !DigestMatches(message.Component("content-digest"), body))
        {
            return SignatureVerdict.WrongDigest;
        }
        byte[]? signed = message.Base(parameters);
        if (signed is null)
        {
            return SignatureVerdict.NotCovered;
        }
        if (!key.Verify(signed, signature))
        {
            return SignatureVerdict.Wrong;
        }
        return IsNew((parameters.KeyId!, parameters.Nonce!), now) ? SignatureVerdict.Valid : SignatureVerdict.Replayed;
    }

    /// <summary>Whether a Content-Digest header (RFC 9530) fits a body; one of its known algorithms decides, sha-256 first.</summary>
    /// <param name="header">The header's value, or null.</param>
    /// <param name="body">The body.</param>
    public static bool DigestMatches(string? header, ReadOnlySpan<byte> body)
    {
        if (header is null)
        {
            return false;
        }
        if (ContentDigest.TryParse(header, out ContentDigest digest))
        {
            return digest == ContentDigest.Of(body);
        }
        string? sha512 = SignatureParameters.Members(header).FirstOrDefault(m => m.Label == "sha-512").Value;
        return sha512 is [':', .. string base64, ':']
            && TryDecode(base64, out byte[] expected)
            && expected.AsSpan().SequenceEqual(SHA512.HashData(body));
    }

    // A signature ends after 300 seconds before or after now, so a nonce needs to be known for twice that.
    private bool IsNew((string Key, string Nonce) id, long now)
    {
        lock (_lock)
        {
            while (
                _order.TryPeek(out ((string Key, string Nonce) Id, long Until) oldest) && (oldest.Until < now || _order.Count >= MostNonces)
            )
            {
                _nonces.Remove(_order.Dequeue().Id);
            }
            long until = now + (2 * MostSkewSeconds);
            if (!_nonces.TryAdd(id, until))
            {
                return false;
            }
            _order.Enqueue((id, until));
            return true;
        }
    }

    private static bool TryDecode(string base64, out byte[] bytes)
    {
        bytes = new byte[(base64.Length * 3 / 4) + 3];
        bool ok = Convert.TryFromBase64String(base64, bytes, out int written);
        bytes = bytes[..written];
        return ok;
    }
}
