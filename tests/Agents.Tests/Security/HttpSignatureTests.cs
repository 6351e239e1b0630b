using System.Text;
using System.Text.Json;
using ResearchKit.Agents.Security;
using ResearchKit.Goldens;

namespace ResearchKit.Agents.Tests.Security;

public class HttpSignatureTests
{
    [Test]
    public void Golden_messages_have_the_golden_bases_and_signatures()
    {
        using JsonDocument golden = GoldenFiles.Json("agents", "http-signatures.json");
        Dictionary<string, SignatureKey> keys = golden
            .RootElement.GetProperty("keys")
            .EnumerateObject()
            .ToDictionary(
                k => k.Name,
                k =>
                    k.Value.GetString()!.StartsWith("-----", StringComparison.Ordinal)
                        ? SignatureKey.FromPem(k.Name, k.Value.GetString()!)
                        : SignatureKey.Hmac(k.Name, Convert.FromBase64String(k.Value.GetString()!))
            );
        List<string> wrong = [];
        int cases = 0;
        foreach (JsonElement c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            cases++;
            string parameters = c.GetProperty("signatureParams").GetString()!;
            SignableMessage message = Message(c.GetProperty("message"));
            SignatureParameters parsed = SignatureParameters.Parse(parameters)!;
            string @base = Encoding.UTF8.GetString(message.Base(parsed)!);
            SignatureKey key = keys[parsed.KeyId!];
            byte[] signature = Convert.FromBase64String(c.GetProperty("signature").GetString()!);
            bool valid = c.GetProperty("valid").GetBoolean();
            if (@base != c.GetProperty("signatureBase").GetString())
            {
                wrong.Add($"{c.GetProperty("name")} base: {@base}");
            }
            if (key.Verify(Encoding.UTF8.GetBytes(@base), signature) != valid)
            {
                wrong.Add($"{c.GetProperty("name")} verifies: {!valid}");
            }
            if (
                valid
                && key.Algorithm != SignatureAlgorithm.EcdsaP256
                && !new HttpMessageSigner(key).Sign(message, parameters).SequenceEqual(signature)
            )
            {
                wrong.Add($"{c.GetProperty("name")} is signed otherwise");
            }
        }
        Assert.That(wrong, Is.Empty);
        Assert.That(cases, Is.GreaterThanOrEqualTo(8));
    }

    [Test]
    public void A_signed_message_is_valid_once_and_not_after_a_change()
    {
        using SignatureKey key = SignatureKey.Generate("k1");
        HttpMessageVerifier verifier = new(new SignatureKeys(SignatureKey.FromPem("k1", key.PublicPem())));
        byte[] body = "{}"u8.ToArray();
        string digest = ContentDigest.Of(body).Header;
        SignableMessage message = new("POST", "https://a.example/x", n => n == "content-digest" ? [digest] : null);
        (string input, string signature) = new HttpMessageSigner(key).Sign(message, HttpMessageSigner.RequestComponents);
        SignatureVerdict Verdict(SignableMessage m, byte[] b) =>
            verifier.Verify(m, input, signature, HttpMessageSigner.RequestComponents, b, out _);

        Assert.That(
            Verdict(new SignableMessage("PUT", "https://a.example/x", n => n == "content-digest" ? [digest] : null), body),
            Is.EqualTo(SignatureVerdict.Wrong)
        );
        Assert.That(
            Verdict(new SignableMessage("POST", "https://b.example/x", n => n == "content-digest" ? [digest] : null), body),
            Is.EqualTo(SignatureVerdict.Wrong)
        );
        Assert.That(Verdict(message, "{ }"u8.ToArray()), Is.EqualTo(SignatureVerdict.WrongDigest));
        Assert.That(Verdict(message, body), Is.EqualTo(SignatureVerdict.Valid));
        Assert.That(Verdict(message, body), Is.EqualTo(SignatureVerdict.Replayed));
    }

    [Test]
    public void A_stranger_s_key_another_algorithm_and_a_thin_cover_are_refused()
    {
        using SignatureKey key = SignatureKey.Generate("k1");
        SignableMessage message = new("GET", "https://a.example/x", _ => null);
        (string input, string signature) = new HttpMessageSigner(key).Sign(message, ["@method"]);
        SignatureVerdict Verdict(ISignatureKeys keys, string i) =>
            new HttpMessageVerifier(keys).Verify(message, i, signature, ["@method", "@target-uri"], [], out _);
        Assert.That(Verdict(new SignatureKeys(), input), Is.EqualTo(SignatureVerdict.UnknownKey));
        Assert.That(Verdict(new SignatureKeys(key), input), Is.EqualTo(SignatureVerdict.NotCovered));
        Assert.That(
            Verdict(new SignatureKeys(key), input.Replace("\"ed25519\"", "\"hmac-sha256\"", StringComparison.Ordinal)),
            Is.EqualTo(SignatureVerdict.WrongAlgorithm)
        );
        Assert.That(
            Verdict(new SignatureKeys(key), input.Replace("web-of-agents", "other", StringComparison.Ordinal)),
            Is.EqualTo(SignatureVerdict.Missing)
        );
        Assert.That(Verdict(new SignatureKeys(key), "woa=("), Is.EqualTo(SignatureVerdict.Missing));
    }

    private static SignableMessage Message(JsonElement m)
    {
        Dictionary<string, string[]> headers = m.GetProperty("headers")
            .EnumerateObject()
            .ToDictionary(
                h => h.Name,
                h =>
                    h.Value.ValueKind == JsonValueKind.Array
                        ? h.Value.EnumerateArray().Select(v => v.GetString()!).ToArray()
                        : [h.Value.GetString()!]
            );
        return new SignableMessage(
            m.GetProperty("method").GetString(),
            m.GetProperty("url").GetString()!,
            n => headers.GetValueOrDefault(n)
        );
    }
}
