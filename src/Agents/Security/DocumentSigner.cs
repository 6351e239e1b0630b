using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ResearchKit.Storage;

namespace ResearchKit.Agents.Security;

/// <summary>
/// Signs documents: a detached JSON Web Signature (RFC 7515) over the canonical text (RFC 8785) without the member <c>signatures</c>. A verifier takes keys from its own set; what the signature says about
/// where its key is (<c>jku</c>) is never followed.
/// </summary>
public static class DocumentSigner
{
    /// <summary>The text that is signed.</summary>
    /// <param name="document">The document.</param>
    public static byte[] Payload(JsonElement document)
    {
        JsonObject copy = JsonObject.Create(document) ?? throw new ArgumentException("The document is no object.", nameof(document));
        copy.Remove("signatures");
        return CanonicalJson.ToUtf8(copy);
    }

    /// <summary>Signs a payload.</summary>
    /// <param name="payload">What <see cref="Payload"/> gave.</param>
    /// <param name="key">The key.</param>
    public static DocumentSignature Sign(ReadOnlySpan<byte> payload, SignatureKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        string head = Base64Url.EncodeToString(
            CanonicalJson.ToUtf8(
                new JsonObject
                {
                    ["alg"] = key.JoseName,
                    ["kid"] = key.Id,
                    ["typ"] = "JOSE",
                }
            )
        );
        return new DocumentSignature(head, Base64Url.EncodeToString(key.Sign(Input(head, payload))));
    }

    /// <summary>Signs an agent document.</summary>
    /// <param name="document">The document; signatures it has are replaced.</param>
    /// <param name="key">The key.</param>
    public static AgentDocument Sign(AgentDocument document, SignatureKey key)
    {
        ArgumentNullException.ThrowIfNull(document);
        using var json = JsonDocument.Parse((document with { Signatures = null }).ToUtf8());
        return document with { Signatures = [Sign(Payload(json.RootElement), key)] };
    }

    /// <summary>Verifies a signature.</summary>
    /// <param name="payload">What <see cref="Payload"/> gave.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="keys">The trusted keys.</param>
    /// <param name="keyId">The key that signed, if the verdict is Valid.</param>
    public static SignatureVerdict Verify(ReadOnlySpan<byte> payload, DocumentSignature signature, ISignatureKeys keys, out string? keyId)
    {
        ArgumentNullException.ThrowIfNull(signature);
        ArgumentNullException.ThrowIfNull(keys);
        keyId = null;
        byte[] bytes;
        string? algorithm;
        string? kid;
        try
        {
            using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(signature.Protected));
            algorithm = Text(head.RootElement, "alg");
            kid = Text(head.RootElement, "kid");
            bytes = Base64Url.DecodeFromChars(signature.Signature);
            if (head.RootElement.TryGetProperty("crit", out _))
            {
                return SignatureVerdict.Malformed; // an extension that must be understood, and is not
            }
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return SignatureVerdict.Malformed;
        }
        SignatureKey? key = kid is null ? null : keys.Find(kid);
        if (key is null)
        {
            return SignatureVerdict.UnknownKey;
        }
        if (algorithm != key.JoseName)
        {
            return SignatureVerdict.WrongAlgorithm;
        }
        if (!key.Verify(Input(signature.Protected, payload), bytes))
        {
            return SignatureVerdict.Wrong;
        }
        keyId = kid;
        return SignatureVerdict.Valid;
    }

    /// <summary>Verifies an agent document: one signature by a trusted key is enough.</summary>
    /// <param name="json">The document as it was fetched.</param>
    /// <param name="keys">The trusted keys.</param>
    /// <param name="keyId">The key that signed, if the verdict is Valid.</param>
    public static SignatureVerdict Verify(JsonElement json, ISignatureKeys keys, out string? keyId)
    {
        keyId = null;
        if (
            json.ValueKind != JsonValueKind.Object
            || !json.TryGetProperty("signatures", out JsonElement all)
            || all.ValueKind != JsonValueKind.Array
        )
        {
            return SignatureVerdict.Missing;
        }
        byte[] payload = Payload(json);
        SignatureVerdict verdict = SignatureVerdict.Missing;
        foreach (JsonElement one in all.EnumerateArray().Take(8))
        {
            if (one.ValueKind != JsonValueKind.Object || Text(one, "protected") is not { } head || Text(one, "signature") is not { } bytes)
            {
                return SignatureVerdict.Malformed;
            }
            verdict = Verify(payload, new DocumentSignature(head, bytes), keys, out keyId);
            if (verdict == SignatureVerdict.Valid)
            {
                break;
            }
        }
        return verdict;
    }

    private static byte[] Input(string head, ReadOnlySpan<byte> payload) =>
        Encoding.ASCII.GetBytes($"{head}.{Base64Url.EncodeToString(payload)}");

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
